using System.Globalization;
using System.Text;

namespace Vigint.Bench;

/// <summary>Alerts in a row, and several at once: how long each answer takes, which comes after the mail was handed over.</summary>
internal static class AlertSection
{
    private const int InARow = 200;
    private const int AtOnce = 8;
    private const int OfEach = 25;
    private const int WarmUp = 20;

    private static int told;

    public static Task RunAsync(Report report, Paths paths)
    {
        using var mail = new PlayedMailServer();
        var folder = paths.NewFolder("alerts");
        using var server = VigintServer.Start(
            paths,
            folder,
            ("EMAIL_TO", "bench@example.org"),
            ("EMAIL_SMTP_SERVER", "127.0.0.1"),
            ("EMAIL_SMTP_PORT", mail.Port.ToString(CultureInfo.InvariantCulture)),
            ("EMAIL_SMTP_SECURITY", "none")
        );
        server.UntilHealthy("\"finished\"");
        Raise(server, 1, WarmUp);

        var (row, several) = (new List<double>(), new List<double>());
        var rowSeconds = Figures.Seconds(() => row = Raise(server, 1, InARow));
        var severalSeconds = Figures.Seconds(() => several = Raise(server, AtOnce, OfEach));

        report.Section("Alerts");
        report.Line("Each is recorded, then mailed to a mail server on this machine that takes it at once, then answered. Without clips.");
        report.Line("");
        report.Table(
            ["alerts", "median ms", "p99 ms", "alerts/s"],
            [
                [$"{InARow} in a row", Figures.Text(row.Median()), Figures.Text(row.Percentile(0.99)), Figures.Text(InARow / rowSeconds)],
                [
                    $"{AtOnce} × {OfEach} at once",
                    Figures.Text(several.Median()),
                    Figures.Text(several.Percentile(0.99)),
                    Figures.Text(AtOnce * OfEach / severalSeconds),
                ],
            ]
        );
        report.AtLeast("mails that arrived", WarmUp + InARow + (AtOnce * OfEach), mail.Taken);
        report.AtMost("an alert's answer, p99", 1000, row.Percentile(0.99), " ms");
        return Task.CompletedTask;
    }

    private static List<double> Raise(VigintServer server, int atOnce, int calls) =>
        Figures.Times(
            atOnce,
            calls,
            server.Connect,
            connection =>
            {
                var body = Encoding.ASCII.GetBytes(
                    $$"""{"analysis":"Somebody is at door {{Interlocked.Increment(ref told)}}.","risk_level":"HIGH","frame_count":250}"""
                );
                connection.Ask(
                    Connection.Head("POST", "/api/video/alert", $"X-API-Key: {VigintServer.Key}\r\nContent-Length: {body.Length}\r\n"),
                    body
                );
            }
        );
}
