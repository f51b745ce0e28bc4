using Vigint.Infrastructure.Disk;
using Vigint.TestSupport;

namespace Vigint.AdapterTests.Disk;

public sealed class InstallationNameTests
{
    [Test]
    public void A_folder_keeps_its_name_and_no_other_has_it()
    {
        using var one = new TemporaryFolder();
        using var other = new TemporaryFolder();

        var name = NameOf(one);

        Assert.That(name, Does.Match("^[0-9a-f]{32}$"));
        Assert.That(NameOf(one), Is.EqualTo(name));
        Assert.That(NameOf(other), Is.Not.EqualTo(name));
    }

    [Test]
    public void Who_does_not_ask_for_it_leaves_no_file()
    {
        using var folder = new TemporaryFolder();
        using (var storage = new StorageFolder(new StorageFolderOptions(folder.Path)))
            _ = new InstallationName(storage);

        Assert.That(folder.Files(), Is.Empty);
    }

    [Test]
    public async Task A_name_that_cannot_be_used_is_replaced()
    {
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(folder.At(".installation"), "torn");

        Assert.That(NameOf(folder), Does.Match("^[0-9a-f]{32}$"));
    }

    private static string NameOf(TemporaryFolder folder)
    {
        using var storage = new StorageFolder(new StorageFolderOptions(folder.Path));
        return new InstallationName(storage).Text;
    }
}
