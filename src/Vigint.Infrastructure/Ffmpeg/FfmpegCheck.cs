using System.ComponentModel;
using System.Diagnostics;
using Vigint.Application.Health;

namespace Vigint.Infrastructure.Ffmpeg;

/// <summary>Whether there is an ffmpeg that starts. Asked once, for a start costs a tenth of a second.</summary>
internal sealed class FfmpegCheck : IServiceCheck
{
    private static readonly TimeSpan LongestStart = TimeSpan.FromSeconds(10);

    private readonly Lazy<Task<ServiceState>> asked = new(AskAsync);

    public string Name => "ffmpeg";

    public bool IsVital => false;

    public string Advice => "Install ffmpeg (apt-get install ffmpeg); clips are stored and played without it, but nothing can be converted.";

    public Task<ServiceState> CheckAsync(CancellationToken cancellationToken) => asked.Value.WaitAsync(cancellationToken);

    private static async Task<ServiceState> AskAsync()
    {
        using var limit = new CancellationTokenSource(LongestStart);
        try
        {
            using var process = Process.Start(new ProcessStartInfo("ffmpeg")
            {
                ArgumentList = { "-hide_banner", "-nostdin", "-version" },
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            })!;
            try
            {
                await Task.WhenAll(process.StandardOutput.ReadToEndAsync(limit.Token), process.StandardError.ReadToEndAsync(limit.Token));
                await process.WaitForExitAsync(limit.Token);
            }
            finally
            {
                if (!process.HasExited)
                    process.Kill(entireProcessTree: true);
            }

            return process.ExitCode == 0 ? ServiceState.Up : new ServiceState(false, "does not start");
        }
        catch (Win32Exception)
        {
            return new ServiceState(false, "missing");
        }
        catch (OperationCanceledException)
        {
            return new ServiceState(false, "does not answer");
        }
    }
}
