using Microsoft.Extensions.Configuration;
using Vigint.Api.Settings;

namespace Vigint.UnitTests.Api;

public sealed class CommandLineTests
{
    [TestCase("--frobnicate", "There is no option '--frobnicate'; --help lists those that there are.")]
    [TestCase("--frobnicate=secret", "There is no option '--frobnicate'; --help lists those that there are.")]
    [TestCase("--versoin", "There is no option '--versoin'; --help lists those that there are.")]
    [TestCase("start", "There is no option 'start'; --help lists those that there are.")]
    [TestCase("PORT=5", "There is no option 'PORT'; --help lists those that there are.")]
    [TestCase("--PORT", "There is no option '--PORT'; --help lists those that there are.")]
    [TestCase("--urls=http://*:80", "There is no option '--urls'; set HOST and PORT.")]
    public void What_means_nothing_is_named_without_its_value(string argument, string sentence) =>
        Assert.That(CommandLine.TroubleOf(["--PORT=5003", argument]), Is.EqualTo(sentence));

    [TestCase("--PORT=5003")]
    [TestCase("--SECRET_KEY=")]
    [TestCase("--environment=Production")]
    [TestCase("--contentRoot=/srv")]
    [TestCase("--Logging:LogLevel:Default=Debug")]
    public void Settings_and_the_frameworks_own_options_are_taken(string argument) =>
        Assert.That(CommandLine.TroubleOf([argument]), Is.Null);

    // Names in a file .env

    [TestCase("VIDEO_STORAGE_DRI", ".env sets VIDEO_STORAGE_DRI, which is no setting; did you mean VIDEO_STORAGE_DIR?")]
    [TestCase("VIDEO_STORAGEDIR", ".env sets VIDEO_STORAGEDIR, which is no setting; did you mean VIDEO_STORAGE_DIR?")]
    [TestCase("SECRETKEY", ".env sets SECRETKEY, which is no setting; did you mean SECRET_KEY?")]
    [TestCase("PROT", ".env sets PROT, which is no setting; did you mean PORT?")]
    [TestCase("EMAIL_SERVER", ".env sets EMAIL_SERVER, which is no setting.")]
    public void A_name_that_was_meant_to_be_a_setting_is_told(string name, string sentence) =>
        Assert.That(Reader().TroublesOf([name], ".env"), Is.EqualTo(new[] { sentence }));

    [TestCase("PORT")]
    [TestCase("port")]
    [TestCase("FLASK_ENV")]
    [TestCase("OTEL_RESOURCE_ATTRIBUTES")]
    [TestCase("ASPNETCORE_URLS")]
    [TestCase("POSTGRES_PASSWORD")]
    [TestCase("COMPOSE_PROJECT_NAME")]
    [TestCase("HOME")]
    [TestCase("PATH")]
    [TestCase("TZ")]
    public void Other_names_are_nobodys_business(string name) => Assert.That(Reader().TroublesOf([name], ".env"), Is.Empty);

    private static SettingsReader Reader()
    {
        var reader = new SettingsReader(new ConfigurationBuilder().Build());
        ServerSettings.Read(reader, "/nowhere", makesKey: false);
        return reader;
    }
}
