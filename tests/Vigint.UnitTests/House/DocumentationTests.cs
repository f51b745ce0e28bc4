using Microsoft.Extensions.Configuration;
using Vigint.Api.Settings;
using Vigint.TestSupport;

namespace Vigint.UnitTests.House;

public sealed class DocumentationTests
{
    [Test]
    public void Every_setting_that_is_read_is_documented_and_the_other_way_round()
    {
        using var folder = new TemporaryFolder();
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?> { ["SECRET_KEY"] = new string('k', 32) }).Build();
        var reader = new SettingsReader(configuration);
        ServerSettings.Read(reader, folder.Path);

        Assert.That(SettingsTable.Current.Order(StringComparer.Ordinal), Is.EqualTo(reader.Asked.Order(StringComparer.Ordinal)));
    }
}
