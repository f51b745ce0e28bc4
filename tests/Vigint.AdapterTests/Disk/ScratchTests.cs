using Vigint.Application.Media;
using Vigint.Infrastructure.Disk;
using Vigint.TestSupport;

namespace Vigint.AdapterTests.Disk;

public sealed class ScratchTests
{
    private TemporaryFolder temporary = null!;
    private StorageFolder storage = null!;
    private Scratch scratch = null!;
    private VideoFolder folder = null!;

    [SetUp]
    public void Open()
    {
        temporary = new TemporaryFolder();
        storage = new StorageFolder(new StorageFolderOptions(temporary.Path));
        scratch = new Scratch(storage);
        folder = new VideoFolder(storage, scratch);
    }

    [TearDown]
    public void Close()
    {
        storage.Dispose();
        temporary.Dispose();
    }

    [Test]
    public void What_is_appended_is_read_back()
    {
        using var work = scratch.NewFolder();
        using var file = work.Create("source");
        file.Append("two "u8);
        file.Append("pieces"u8);

        using var bytes = work.Open("source");

        Assert.That(bytes!.SizeBytes, Is.EqualTo(file.SizeBytes).And.EqualTo(10));
    }

    [Test]
    public void A_file_that_is_not_there_is_none()
    {
        using var work = scratch.NewFolder();

        Assert.That(work.Open("source"), Is.Null);
    }

    [Test]
    public void A_file_shared_with_another_folder_outlives_its_own()
    {
        var before = scratch.NewFolder();
        Write(before);
        using var after = scratch.NewFolder();

        after.Share(before.At("source"), "second");
        before.Dispose();

        using var bytes = after.Open("second");
        Assert.That(bytes!.SizeBytes, Is.EqualTo(4));
    }

    [Test]
    public void Nothing_is_left_of_work_that_is_over()
    {
        var work = scratch.NewFolder();
        Write(work);

        work.Dispose();
        work.Dispose();

        Assert.That(temporary.Files(".work"), Is.Empty);
    }

    [Test]
    public void Its_files_count_as_temporary_and_are_not_cleaned_while_they_are_in_use()
    {
        using var work = scratch.NewFolder();
        Write(work);

        var file = folder.TemporaryFiles().Single();

        using (Assert.EnterMultipleScope())
        {
            Assert.That(file, Has.Property("SizeBytes").EqualTo(4).And.Property("InUse").True);
            Assert.That(folder.DeleteTemporary(file), Is.False);
        }
    }

    [Test]
    public void At_rest_they_may_be_cleaned()
    {
        using var work = scratch.NewFolder();
        Write(work);
        work.Rest();

        Assert.That(folder.DeleteTemporary(folder.TemporaryFiles().Single()), Is.True);
        Assert.That(work.Open("source"), Is.Null);
    }

    [Test]
    public void What_a_crash_left_is_gone_at_the_next_start()
    {
        Write(scratch.NewFolder());
        storage.Dispose();

        storage = new StorageFolder(new StorageFolderOptions(temporary.Path));

        Assert.That(temporary.Files(".work"), Is.Empty);
    }

    private static void Write(IScratchFolder work)
    {
        using var file = work.Create("source");
        file.Append("clip"u8);
    }
}
