using System.Text;
using Vigint.Domain.Videos;
using Vigint.Infrastructure;
using Vigint.Infrastructure.Disk;
using Vigint.TestSupport;

namespace Vigint.AdapterTests.Disk;

/// <summary>Contract §3, on disk: where a symbolic link may lead. What is opened decides, so every way to open a clip is tried.</summary>
public sealed class SymbolicLinkTests
{
    private const string Secret = "not for the holder of a link";

    private static readonly VideoId Clip = VideoId.Parse("clip");

    private TemporaryFolder temporary = null!;
    private StorageFolder? storage;
    private VideoFolder folder = null!;
    private Scratch scratch = null!;

    [SetUp]
    public void Open()
    {
        temporary = new TemporaryFolder();
        Directory.CreateDirectory(temporary.At("videos"));
        Directory.CreateDirectory(temporary.At("elsewhere"));
        File.WriteAllText(temporary.At("elsewhere", "secret"), Secret);
        Reopen();
    }

    [TearDown]
    public void Close()
    {
        storage?.Dispose();
        temporary.Dispose();
    }

    // Clips

    [Test]
    public void A_link_to_outside_is_never_opened()
    {
        Link("video_clip.mp4", temporary.At("elsewhere", "secret"));

        Assert.That(Played(), Is.Null);
    }

    [Test]
    public void A_link_to_outside_is_never_taken_in_and_the_reason_holds_no_path()
    {
        Link("video_clip.mp4", temporary.At("elsewhere", "secret"));
        WriteSidecar();

        Assert.That(
            (folder.Read(Clip, out var trouble), trouble),
            Is.EqualTo(
                (
                    (Video?)null,
                    "its video file is a symbolic link that leads out of the storage folder (VIDEO_LINK_DIRS lists the folders that "
                        + "links may lead to)"
                )
            )
        );
    }

    [Test]
    public void A_sidecar_that_is_a_link_to_outside_is_never_read()
    {
        WriteSidecar();
        File.Move(temporary.At("videos", "video_clip.json"), temporary.At("elsewhere", "video_clip.json"));
        Link("video_clip.json", temporary.At("elsewhere", "video_clip.json"));
        File.WriteAllText(temporary.At("videos", "video_clip.mp4"), "bytes");

        Assert.That(
            (folder.Read(Clip, out var trouble), trouble),
            Is.EqualTo(
                (
                    (Video?)null,
                    "its JSON file is a symbolic link that leads out of the storage folder (VIDEO_LINK_DIRS lists the folders that "
                        + "links may lead to)"
                )
            )
        );
    }

    [Test]
    public void A_link_to_outside_is_never_given_to_ffmpeg()
    {
        Link("video_clip.mp4", temporary.At("elsewhere", "secret"));
        using var work = scratch.NewFolder();

        Assert.That(new VideoFolder(storage!, new Scratch(storage!)).Share(Clip, work), Is.Null);
        Assert.That(temporary.Files("videos", ".work"), Is.Empty);
    }

    [Test]
    public void A_link_that_leads_back_through_a_link_out_of_the_folder_is_one_to_outside()
    {
        Directory.CreateSymbolicLink(temporary.At("videos", "inner"), temporary.At("elsewhere"));
        Link("video_clip.mp4", "inner/secret");

        Assert.That(Played(), Is.Null);
    }

    [Test]
    public void A_link_into_the_folder_is_followed()
    {
        File.WriteAllText(temporary.At("videos", "other.mp4"), "bytes");
        Link("video_clip.mp4", "other.mp4");

        Assert.That(Played(), Is.EqualTo("bytes"));
    }

    [Test]
    public void A_link_into_the_servers_own_hidden_folders_is_one_to_outside()
    {
        File.WriteAllText(temporary.At("videos", ".incoming", "draft"), Secret);
        Link("video_clip.mp4", ".incoming/draft");

        Assert.That(Played(), Is.Null);
    }

    [Test]
    public void The_storage_folder_may_be_a_link_itself()
    {
        storage!.Dispose();
        Directory.CreateSymbolicLink(temporary.At("linked"), temporary.At("videos"));
        Reopen("linked");
        File.WriteAllText(temporary.At("videos", "other.mp4"), "bytes");
        Link("video_clip.mp4", temporary.At("videos", "other.mp4"));

        Assert.That(Played(), Is.EqualTo("bytes"));
    }

    [TestCase("a folder")]
    [TestCase("a device")]
    [TestCase("a pipe")]
    [CancelAfter(20_000)]
    public void What_is_no_file_is_never_opened_and_holds_nobody(string what)
    {
        var path = temporary.At("videos", "video_clip.mp4");
        _ = what switch
        {
            "a folder" => Directory.CreateDirectory(path).FullName,
            "a device" => File.CreateSymbolicLink(path, "/dev/zero").FullName,
            _ => Pipe(path),
        };

        Assert.That(() => Played(), Is.Null);
    }

    [Test]
    public void A_refused_link_counts_as_the_file_of_its_video_so_that_no_record_is_dropped(
        [Values("elsewhere/secret", "elsewhere", "nowhere")] string target
    )
    {
        Link("video_clip.mp4", temporary.At(target.Split('/')));

        Assert.That(folder.List(CancellationToken.None), Is.EqualTo(new[] { new Application.Videos.StoredName(Clip, HasFile: true) }));
        Assert.That(folder.Holds(Clip), Is.True);
    }

    [Test]
    public void Deleting_removes_the_link_and_not_what_it_leads_to()
    {
        Link("video_clip.mp4", temporary.At("elsewhere", "secret"));

        folder.Delete(Clip);

        Assert.That(temporary.Files("videos"), Is.Empty);
        Assert.That(File.ReadAllText(temporary.At("elsewhere", "secret")), Is.EqualTo(Secret));
    }

    [TestCase("videos,/srv/a")]
    [TestCase("/")]
    [TestCase("/srv/..")]
    public void A_folder_that_is_not_absolute_or_is_everything_cannot_be_set(string text) => Assert.That(ClipLinks.Parse(text), Is.Null);

    [Test]
    public void A_link_into_a_folder_that_was_set_is_followed_and_one_beside_it_is_not()
    {
        storage!.Dispose();
        Directory.CreateDirectory(temporary.At("elsewhere2"));
        File.WriteAllText(temporary.At("elsewhere2", "secret"), Secret);
        Directory.CreateSymbolicLink(temporary.At("archive"), temporary.At("elsewhere"));
        storage = new StorageFolder(
            new StorageFolderOptions(temporary.At("videos"), ClipLinks.Parse($"/srv/not-there, {temporary.At("archive")}"))
        );
        folder = new VideoFolder(storage, new Scratch(storage));

        Link("video_clip.mp4", temporary.At("elsewhere", "secret"));
        var inside = Played();
        folder.Delete(Clip);
        Link("video_clip.mp4", temporary.At("elsewhere2", "secret"));

        Assert.That((inside, Played()), Is.EqualTo((Secret, (string?)null)));
    }

    [TestCase("")]
    [TestCase("videos")]
    [TestCase("videos/.incoming")]
    public void A_folder_that_was_set_opens_none_of_the_servers_own_hidden_folders(string listed)
    {
        storage!.Dispose();
        storage = new StorageFolder(new StorageFolderOptions(temporary.At("videos"), [temporary.At(listed.Split('/'))]));
        folder = new VideoFolder(storage, new Scratch(storage));
        File.WriteAllText(temporary.At("videos", ".incoming", "draft"), Secret);
        Link("video_clip.mp4", temporary.At("videos", ".incoming", "draft"));

        Assert.That(Played(), Is.Null);
    }

    // What the server makes itself

    [TestCase(".incoming")]
    [TestCase(".work")]
    [TestCase(".playable")]
    public void A_folder_of_the_servers_own_that_is_a_link_stops_the_start(string name)
    {
        storage!.Dispose();
        Directory.Delete(temporary.At("videos", name));
        Directory.CreateSymbolicLink(temporary.At("videos", name), temporary.At("elsewhere"));

        Assert.That(() => Reopen(), Throws.TypeOf<StartUpException>().With.Message.Contains(name).And.Message.Contains("symbolic link"));
        Assert.That(temporary.Files("elsewhere"), Is.EqualTo(new[] { "secret" }), "nothing in it was tidied up");
    }

    [TestCase("file")]
    [TestCase("folder")]
    public void A_rendition_that_is_a_link_is_never_opened(string what)
    {
        var key = new VideoKey(Clip, "one");
        File.WriteAllText(temporary.At("elsewhere", "one.mp4"), Secret);
        if (what == "folder")
            Directory.CreateSymbolicLink(storage!.PlayableFolder(Clip), temporary.At("elsewhere"));
        else
        {
            Directory.CreateDirectory(storage!.PlayableFolder(Clip));
            File.CreateSymbolicLink(storage.Playable(key), temporary.At("elsewhere", "one.mp4"));
        }

        var renditions = new RenditionFolder(storage);
        using var bytes = renditions.OpenPlayable(key);
        renditions.Delete(Clip);

        Assert.That(bytes, Is.Null);
        Assert.That(temporary.Files("elsewhere"), Is.EqualTo(new[] { "one.mp4", "secret" }), "what a link leads to stays");
    }

    [Test]
    public void A_scratch_file_that_is_a_link_is_never_opened()
    {
        using var work = scratch.NewFolder();
        File.CreateSymbolicLink(work.At("still").Path, temporary.At("elsewhere", "secret"));

        using var bytes = work.Open("still");

        Assert.That(bytes, Is.Null);
    }

    private void Reopen(string name = "videos")
    {
        storage = new StorageFolder(new StorageFolderOptions(temporary.At(name)));
        scratch = new Scratch(storage);
        folder = new VideoFolder(storage, scratch);
    }

    private string? Played()
    {
        using var bytes = folder.Open(Clip);
        if (bytes is null)
            return null;
        var content = new byte[200];
        return Encoding.UTF8.GetString(content, 0, bytes.Fill(content, 0));
    }

    private void Link(string name, string target) => File.CreateSymbolicLink(temporary.At("videos", name), target);

    private void WriteSidecar() =>
        File.WriteAllText(temporary.At("videos", "video_clip.json"), """{"video_id":"clip","expiration_time":"2030-01-01T00:00:00"}""");

    private static string Pipe(string path)
    {
        using var mkfifo = System.Diagnostics.Process.Start("mkfifo", [path]);
        mkfifo.WaitForExit();
        return path;
    }
}
