using System.IO.Pipelines;
using System.Security.Cryptography;
using Vigint.Application.Media;
using Vigint.Application.Storage;
using Vigint.Application.Videos;
using Vigint.Domain;
using Vigint.Domain.Videos;
using Vigint.Infrastructure;
using Vigint.Infrastructure.Disk;
using Vigint.TestSupport;

namespace Vigint.AdapterTests.Disk;

public sealed class VideoFolderTests
{
    private static readonly byte[] Old = Clips.Fake(seed: 1);
    private static readonly byte[] New = Clips.Fake(5000, seed: 2);
    private static readonly VideoId Clip = VideoId.Parse("clip");

    private TemporaryFolder temporary = null!;
    private StorageFolder storage = null!;
    private VideoFolder folder = null!;

    [SetUp]
    public void Open()
    {
        temporary = new TemporaryFolder();
        Reopen();
    }

    [TearDown]
    public void Close()
    {
        storage.Dispose();
        temporary.Dispose();
    }

    [Test]
    public async Task A_body_is_received_with_its_hash()
    {
        using var draft = await ReceiveAsync(New);

        Assert.That(draft.Sha256, Is.EqualTo(Convert.ToHexStringLower(SHA256.HashData(New))));
        Assert.That(ReadAll(draft.Bytes), Is.EqualTo(New));
    }

    [Test]
    public async Task A_scratch_file_becomes_a_draft_and_stays()
    {
        var scratch = new MediaFile(temporary.At("scratch"));
        await File.WriteAllBytesAsync(scratch.Path, New);
        File.SetUnixFileMode(scratch.Path, UnixFileMode.UserRead | UnixFileMode.OtherRead);

        using (var draft = await folder.TakeOverAsync(scratch, CancellationToken.None))
        {
            await draft.FlushedAsync(CancellationToken.None);
            Assert.That((draft.SizeBytes, draft.Sha256), Is.EqualTo((New.Length, Convert.ToHexStringLower(SHA256.HashData(New)))));
            Assert.That(ReadAll(draft.Bytes), Is.EqualTo(New));
            Assert.That(File.GetUnixFileMode(scratch.Path) & UnixFileMode.OtherRead, Is.EqualTo(UnixFileMode.None), "nobody else reads it");
        }

        Assert.That(temporary.Files(), Is.EqualTo(new[] { "scratch" }));
        Assert.That(await File.ReadAllBytesAsync(scratch.Path), Is.EqualTo(New));
    }

    [Test]
    public void A_scratch_file_that_is_gone_is_no_draft()
    {
        Assert.That(
            async () => await folder.TakeOverAsync(new MediaFile(temporary.At("gone")), CancellationToken.None),
            Throws.TypeOf<RefusedException>().With.Property("Refusal").EqualTo(Refusal.Unavailable)
        );
        Assert.That(temporary.Files(), Is.Empty);
    }

    [Test]
    public async Task A_draft_that_is_let_go_leaves_nothing()
    {
        (await ReceiveAsync(New)).Dispose();

        Assert.That(temporary.Files(), Is.Empty);
    }

    [Test]
    public void What_is_no_video_leaves_nothing()
    {
        Assert.That(
            () => ReceiveAsync(new byte[100]),
            Throws.TypeOf<RefusedException>().With.Property("Refusal").EqualTo(Refusal.NotAVideo)
        );

        Assert.That(temporary.Files(), Is.Empty);
    }

    [Test]
    public void A_body_beyond_the_limit_leaves_nothing()
    {
        Assert.That(
            () => ReceiveAsync(New, maxBytes: New.Length - 1),
            Throws.TypeOf<RefusedException>().With.Property("Refusal").EqualTo(Refusal.TooLarge)
        );

        Assert.That(temporary.Files(), Is.Empty);
    }

    [Test]
    public async Task A_caller_who_goes_away_leaves_nothing()
    {
        var pipe = new Pipe();
        await pipe.Writer.WriteAsync(New);
        using var gone = new CancellationTokenSource();
        await gone.CancelAsync();

        Assert.That(
            () => folder.ReceiveAsync(pipe.Reader, long.MaxValue, _ => { }, gone.Token),
            Throws.InstanceOf<OperationCanceledException>()
        );

        Assert.That(temporary.Files(), Is.Empty);
    }

    [Test]
    public async Task A_first_piece_of_a_few_bytes_is_no_reason_to_refuse()
    {
        var pipe = new Pipe();
        var receiving = folder.ReceiveAsync(pipe.Reader, long.MaxValue, _ => { }, default);
        await pipe.Writer.WriteAsync(New.AsMemory(0, 3));
        await pipe.Writer.WriteAsync(New.AsMemory(3));
        await pipe.Writer.CompleteAsync();

        using var draft = await receiving;

        Assert.That(draft.SizeBytes, Is.EqualTo(New.Length));
    }

    [Test]
    public async Task An_installed_draft_is_a_video_and_nothing_else_is_left()
    {
        await InstallAsync(New, A.Video("clip"));

        Assert.That(temporary.Files(), Is.EqualTo(new[] { "video_clip.json", "video_clip.mp4" }));
        Assert.That(Bytes(), Is.EqualTo(New));
    }

    [Test]
    public async Task While_a_video_is_replaced_its_bytes_before_can_still_be_read()
    {
        await InstallAsync(Old, A.Video("clip", revision: "old"));
        using var draft = await ReceiveAsync(New);
        using var installation = folder.Prepare(draft, A.Video("clip", revision: "new"));

        installation.Commit();

        Assert.That(ReadAll(folder.OpenHeldBack(installation.HeldBack!)!), Is.EqualTo(Old));
        Assert.That(Bytes(), Is.EqualTo(New));
    }

    [Test]
    public async Task Undoing_a_replacement_brings_the_video_before_back()
    {
        await InstallAsync(Old, A.Video("clip", revision: "old"));
        using (var draft = await ReceiveAsync(New))
        using (var installation = folder.Prepare(draft, A.Video("clip", revision: "new")))
        {
            installation.Commit();
            installation.Undo();
        }

        Assert.That(Bytes(), Is.EqualTo(Old));
        Assert.That(folder.Read(Clip, out _)!.Revision, Is.EqualTo("old"));
        Assert.That(temporary.Files(), Is.EqualTo(new[] { "video_clip.json", "video_clip.mp4" }));
    }

    [Test]
    public async Task Undoing_a_first_upload_leaves_nothing()
    {
        using (var draft = await ReceiveAsync(New))
        using (var installation = folder.Prepare(draft, A.Video("clip")))
        {
            installation.Commit();
            installation.Undo();
        }

        Assert.That(temporary.Files(), Is.Empty);
    }

    [Test]
    public async Task What_a_disk_that_failed_in_the_middle_left_is_for_the_next_start_alone()
    {
        await InstallAsync(Old, A.Video("clip", revision: "old"));
        using (var draft = await ReceiveAsync(New))
        using (var installation = folder.Prepare(draft, A.Video("clip", revision: "new")))
        {
            // Neither a rename of the sidecar nor its removal succeeds.
            var sidecar = new DirectoryInfo(temporary.At(".incoming"))
                .EnumerateFiles("*.json")
                .Single(file => !file.Name.Contains(".old."));
            sidecar.Delete();
            Directory.CreateDirectory(sidecar.FullName);

            Assert.That(installation.Commit, Throws.InstanceOf<SystemException>());
            Assert.That(installation.IsTorn, Is.True);
        }

        var left = folder.TemporaryFiles();
        Assert.That(left, Is.Not.Empty.And.All.Property(nameof(TemporaryFile.InUse)).True);
        Assert.That(left.Select(folder.DeleteTemporary), Has.All.False);
    }

    // What a crash leaves between two steps, by name: draft, new sidecar, old bytes, old sidecar, and what is in the folder.
    [TestCase("d", "-", ExpectedResult = "nothing", TestName = "A_crash_while_receiving_leaves_nothing")]
    [TestCase("dn", "-", ExpectedResult = "nothing", TestName = "A_crash_before_the_rename_leaves_nothing")]
    [TestCase("dnb", "old", ExpectedResult = "old", TestName = "A_crash_while_preparing_a_replacement_keeps_the_video_before")]
    [TestCase("dnbs", "old", ExpectedResult = "old", TestName = "A_crash_before_the_rename_of_a_replacement_keeps_the_video_before")]
    [TestCase("n", "new bytes", ExpectedResult = "new", TestName = "A_crash_between_the_renames_completes_the_upload")]
    [TestCase("nbs", "new bytes, old sidecar", ExpectedResult = "new", TestName = "A_crash_between_the_renames_completes_the_replacement")]
    [TestCase("bs", "new", ExpectedResult = "new", TestName = "A_crash_after_the_renames_keeps_the_new_video")]
    [TestCase("b", "new", ExpectedResult = "new", TestName = "A_crash_while_tidying_up_keeps_the_new_video")]
    [TestCase("s", "old bytes, new sidecar", ExpectedResult = "old", TestName = "A_crash_while_undoing_completes_the_undoing")]
    [TestCase("ns", "old", ExpectedResult = "old", TestName = "A_crash_while_undoing_half_a_replacement_completes_the_undoing")]
    [TestCase("dn", "old", ExpectedResult = "old", TestName = "A_crash_after_undoing_keeps_the_video_before")]
    public string A_crash(string left, string inFolder)
    {
        storage.Dispose();
        const string stem = "0123456789abcdef0123456789abcdef";
        Write('d', $"{stem}.mp4", New);
        Write('n', $"{stem}.json", SidecarFile.Write(A.Video("clip", revision: "new", sizeBytes: New.Length)));
        Write('b', $"{stem}.old.mp4", Old);
        Write('s', $"{stem}.old.json", SidecarFile.Write(A.Video("clip", revision: "old", sizeBytes: Old.Length)));
        if (inFolder is "old" or "old bytes, new sidecar")
            File.WriteAllBytes(storage.Video(Clip), Old);
        if (inFolder.StartsWith("new", StringComparison.Ordinal))
            File.WriteAllBytes(storage.Video(Clip), New);
        if (inFolder is "old" or "new bytes, old sidecar")
            File.WriteAllBytes(storage.Sidecar(Clip), SidecarFile.Write(A.Video("clip", revision: "old", sizeBytes: Old.Length)));
        if (inFolder is "new" or "old bytes, new sidecar")
            File.WriteAllBytes(storage.Sidecar(Clip), SidecarFile.Write(A.Video("clip", revision: "new", sizeBytes: New.Length)));

        Reopen();

        Assert.That(temporary.Files(".incoming"), Is.Empty);
        return folder.Read(Clip, out _) is not { } video
            ? temporary.Files().Count == 0
                ? "nothing"
                : "litter"
            : Bytes().AsSpan().SequenceEqual(video.Revision == "old" ? Old : New)
                ? video.Revision
                : "a mixture";

        void Write(char which, string name, byte[] content)
        {
            if (left.Contains(which, StringComparison.Ordinal))
                File.WriteAllBytes(temporary.At(".incoming", name), content);
        }
    }

    [Test]
    public async Task Every_step_of_a_replacement_can_be_the_last_before_a_crash()
    {
        await InstallAsync(Old, A.Video("clip", revision: "old"));
        using var draft = await ReceiveAsync(New);
        var installation = folder.Prepare(draft, A.Video("clip", revision: "new"));
        installation.Commit();

        // The process dies here: nothing is disposed.
        storage.Dispose();
        Reopen();

        Assert.That(Bytes(), Is.EqualTo(New));
        Assert.That(folder.Read(Clip, out _)!.Revision, Is.EqualTo("new"));
        Assert.That(temporary.Files(), Is.EqualTo(new[] { "video_clip.json", "video_clip.mp4" }));
    }

    [Test]
    public void A_second_server_on_the_same_folder_does_not_start() =>
        Assert.That(
            () => new StorageFolder(new StorageFolderOptions(temporary.Path)),
            Throws.TypeOf<StartUpException>().With.Message.Contains("in use by another")
        );

    [Test]
    public void A_folder_that_cannot_be_made_stops_the_start() =>
        Assert.That(
            () => new StorageFolder(new StorageFolderOptions("/dev/null/videos")),
            Throws.TypeOf<StartUpException>().With.Message.Contains("VIDEO_STORAGE_DIR")
        );

    [Test]
    public async Task Files_are_not_for_everybody()
    {
        await InstallAsync(New, A.Video("clip"));

        Assert.That(
            File.GetUnixFileMode(storage.Video(Clip)) & (UnixFileMode.OtherRead | UnixFileMode.OtherWrite),
            Is.EqualTo(UnixFileMode.None)
        );
        Assert.That(
            File.GetUnixFileMode(storage.Sidecar(Clip)) & (UnixFileMode.OtherRead | UnixFileMode.OtherWrite),
            Is.EqualTo(UnixFileMode.None)
        );
    }

    [Test]
    public async Task Deleting_what_is_gone_is_no_error()
    {
        await InstallAsync(New, A.Video("clip"));
        folder.Delete(Clip);

        Assert.That(() => folder.Delete(Clip), Throws.Nothing);
    }

    [Test]
    public async Task A_draft_in_use_is_no_litter()
    {
        using var draft = await ReceiveAsync(New);

        var file = folder.TemporaryFiles().Single();

        Assert.That(file.InUse, Is.True);
        Assert.That(folder.DeleteTemporary(file), Is.False);
    }

    private void Reopen()
    {
        storage = new StorageFolder(new StorageFolderOptions(temporary.Path));
        folder = new VideoFolder(storage, new Scratch(storage));
    }

    private async Task<IVideoDraft> ReceiveAsync(byte[] bytes, long maxBytes = long.MaxValue) =>
        await folder.ReceiveAsync(PipeReader.Create(new MemoryStream(bytes)), maxBytes, _ => { }, default);

    private async Task InstallAsync(byte[] bytes, Video video)
    {
        using var draft = await ReceiveAsync(bytes);
        using var installation = folder.Prepare(draft, video);
        installation.Commit();
    }

    private byte[] Bytes() => ReadAll(folder.Open(Clip)!);

    private static byte[] ReadAll(VideoBytes bytes)
    {
        using (bytes)
        {
            var all = new byte[bytes.SizeBytes];
            return bytes.Read(all, 0) == all.Length ? all : [];
        }
    }
}
