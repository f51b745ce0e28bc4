using Microsoft.Extensions.Configuration;
using Vigint.Api.Settings;
using Vigint.Infrastructure;
using Vigint.Infrastructure.Mails;

namespace Vigint.UnitTests.Api;

public sealed class MailSettingsTests
{
    private const string Server = "EMAIL_SMTP_SERVER=smtp.example.org";
    private const string User = "EMAIL_USERNAME=alerts@example.org";
    private const string Password = "EMAIL_PASSWORD=hunter2";

    [TestCase("", ExpectedResult = null, TestName = "Without_a_server_there_is_none")]
    [TestCase(Server, ExpectedResult = "smtp.example.org:25 TLS False by nobody", TestName = "Without_a_user_mail_goes_as_it_is")]
    [TestCase(
        $"{Server} {User} {Password}",
        ExpectedResult = "smtp.example.org:587 TLS True by alerts@example.org",
        TestName = "With_a_user_mail_goes_encrypted"
    )]
    [TestCase(
        $"{Server} EMAIL_SMTP_SECURITY=STARTTLS",
        ExpectedResult = "smtp.example.org:587 TLS True by nobody",
        TestName = "Encryption_needs_no_user"
    )]
    [TestCase(
        $"{Server} {User} {Password} EMAIL_SMTP_SECURITY=none",
        ExpectedResult = "smtp.example.org:25 TLS False by alerts@example.org",
        TestName = "A_user_needs_no_encryption_where_that_is_said"
    )]
    [TestCase(
        $"{Server} EMAIL_SMTP_PORT=2525",
        ExpectedResult = "smtp.example.org:2525 TLS False by nobody",
        TestName = "The_port_may_be_another"
    )]
    [TestCase(
        $"{Server} {User}",
        ExpectedResult = "smtp.example.org:587 TLS True by nobody",
        TestName = "A_user_without_a_password_does_not_log_in"
    )]
    public string? Where_mail_goes(string settings) =>
        Read(settings).Options.Server is { } server
            ? $"{server.Host}:{server.Port} TLS {server.UsesTls} by {server.Account?.User ?? "nobody"}"
            : null;

    [TestCase("EMAIL_FROM=alerts@example.org", null, ExpectedResult = "alerts@example.org", TestName = "The_sender_is_who_is_said")]
    [TestCase(
        "EMAIL_FROM=Vigint<alerts@example.org>",
        null,
        ExpectedResult = "\"Vigint\" <alerts@example.org>",
        TestName = "The_sender_may_have_a_name_here"
    )]
    [TestCase(User, null, ExpectedResult = "alerts@example.org", TestName = "The_sender_is_the_user_where_that_is_an_address")]
    [TestCase(
        "EMAIL_USERNAME=apikey",
        "https://videos.example.org/x",
        ExpectedResult = "vigint@videos.example.org",
        TestName = "The_sender_is_of_the_public_host_where_the_user_is_none"
    )]
    [TestCase(
        "",
        "https://videos.example.org",
        ExpectedResult = "vigint@videos.example.org",
        TestName = "The_sender_is_of_the_public_host_where_there_is_no_user"
    )]
    [TestCase("", "http://192.0.2.1:8080", ExpectedResult = "vigint@vigint.local", TestName = "The_sender_is_of_no_number")]
    [TestCase("", null, ExpectedResult = "vigint@vigint.local", TestName = "The_sender_is_of_this_program_where_nothing_is_known")]
    public string Whom_mail_comes_from(string settings, string? publicBaseUrl) => Read(settings, publicBaseUrl).Options.From.ToString();

    [TestCase(Server, "EMAIL_FROM is not set", TestName = "A_sender_that_was_made_up_is_warned_of")]
    [TestCase(
        $"{Server} EMAIL_SMTP_PORT=465",
        "EMAIL_SMTP_PORT is 465",
        TestName = "A_port_that_is_encrypted_from_the_first_byte_is_warned_of"
    )]
    [TestCase($"{Server} {User}", "EMAIL_PASSWORD is not set", TestName = "A_user_without_a_password_is_warned_of")]
    [TestCase($"{Server} {Password}", "EMAIL_USERNAME is not set", TestName = "A_password_without_a_user_is_warned_of")]
    [TestCase(
        $"{Server} {User} {Password} EMAIL_SMTP_SECURITY=none",
        "EMAIL_PASSWORD travels readable",
        TestName = "A_password_that_travels_readable_is_warned_of"
    )]
    public void A_doubtful_setting_is_warned_of(string settings, string warning) =>
        Assert.That(Read(settings).Warnings, Has.Some.Contains(warning));

    [TestCase("", TestName = "Without_any_setting_nothing_is_warned_of")]
    [TestCase($"{Server} {User} {Password}", TestName = "The_usual_settings_are_not_warned_of")]
    [TestCase(
        $"EMAIL_SMTP_SERVER=127.0.0.1 {User} {Password} EMAIL_SMTP_SECURITY=none",
        TestName = "A_password_that_stays_on_the_machine_is_not_warned_of"
    )]
    public void A_sound_setting_is_not_warned_of(string settings) => Assert.That(Read(settings).Warnings, Is.Empty);

    [TestCase("", ExpectedResult = null, TestName = "Without_a_beginning_of_subjects_the_language_has_its_own")]
    [TestCase(
        "\ud83d\udea8 Alerte Vigint",
        ExpectedResult = "\ud83d\udea8 Alerte Vigint",
        TestName = "Subjects_may_begin_as_those_of_the_old_server"
    )]
    [TestCase("  Shop\u202E alarm ", ExpectedResult = "Shop alarm", TestName = "What_hides_in_a_beginning_of_subjects_goes")]
    public string? What_subjects_begin_with(string value) => MailSettings.SubjectPrefix(Reader(("ALERT_SUBJECT_PREFIX", value)));

    [TestCase("Alarm\r\nBcc: all@example.org", TestName = "A_beginning_of_subjects_is_one_line")]
    [TestCase("12345678901234567890123456789012345678901", TestName = "A_beginning_of_subjects_has_forty_characters_at_most")]
    [TestCase("\u200B", TestName = "A_beginning_of_subjects_is_seen")]
    public void A_beginning_of_subjects_that_cannot_be_used_stops_the_start(string value) =>
        Assert.That(
            () => MailSettings.SubjectPrefix(Reader(("ALERT_SUBJECT_PREFIX", value))),
            Throws
                .TypeOf<StartUpException>()
                .With.Message.StartsWith("ALERT_SUBJECT_PREFIX must be one line of 1 to 40 characters")
                .And.Message.Not.Contains("\n")
        );

    private static SettingsReader Reader(params (string Name, string? Value)[] settings) =>
        new(new ConfigurationBuilder().AddInMemoryCollection(settings.ToDictionary(one => one.Name, one => one.Value)).Build());

    private static (MailOptions Options, IReadOnlyList<string> Warnings) Read(string settings, string? publicBaseUrl = null)
    {
        var values = settings
            .Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .Select(one => one.Split('='))
            .ToDictionary(one => one[0], string? (one) => one[1]);
        var warnings = new List<string>();
        var options = MailSettings.Read(
            new SettingsReader(new ConfigurationBuilder().AddInMemoryCollection(values).Build()),
            "/data",
            publicBaseUrl,
            warnings
        );
        return (options, warnings);
    }
}
