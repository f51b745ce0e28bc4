using Microsoft.Playwright;

namespace Vigint.SystemTests;

/// <summary>
/// How the installed browser is started: quiet, without a sandbox (containers have none), and playing without being clicked.
/// </summary>
internal static class Chromium
{
    public static BrowserTypeLaunchOptions Options(string path) =>
        new()
        {
            ExecutablePath = path,
            Args =
            [
                "--no-sandbox",
                "--disable-gpu",
                "--disable-quic",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--autoplay-policy=no-user-gesture-required",
            ],
        };
}
