using System.Net.Mail;
using Microsoft.Extensions.Logging;
using Vigint.Application.Alerts;
using Vigint.Application.Clock;
using Vigint.Domain.Alerts;
using Vigint.Infrastructure.Disk;

namespace Vigint.Infrastructure.Mails;

/// <summary>
/// Writes mail into a folder where there is no mail server: one file per mail, named after its alert, that any mail program opens.
/// A file with such a name is whole. The oldest go when there are too many.
/// </summary>
internal sealed class OutboxMailer(MailOptions options, MailHealth health, ClockWatch clock, ILogger<OutboxMailer> logger)
    : IMailer,
        IDisposable
{
    private const string CannotBeWritten = "the outbox folder cannot be written";
    private const int MostMails = 1_000;
    private const UnixFileMode OwnersFolder = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private const UnixFileMode OwnersFile = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private static readonly TimeSpan LongestKept = TimeSpan.FromDays(30);

    private readonly SemaphoreSlim turn = new(1, 1);

    public bool IsOutbox => true;

    private string DraftFolder => Path.Combine(options.OutboxFolder, ".incoming");

    public async Task<DeliveryOutcome> SendAsync(Mail mail, CancellationToken cancellationToken)
    {
        await turn.WaitAsync(cancellationToken);
        try
        {
            var name = mail.MessageId[..mail.MessageId.IndexOf('@', StringComparison.Ordinal)] + OutboxFolder.Suffix;
            await WriteAsync(mail, Path.Combine(options.OutboxFolder, name), cancellationToken);
            RemoveOld();
            health.WentWell();
            return new DeliveryOutcome.Delivered(name, InOutbox: true);
        }
        catch (Exception exception) when (exception is SmtpException or IOException or UnauthorizedAccessException)
        {
            health.WentWrong(CannotBeWritten);
            return new DeliveryOutcome.TryLater(DiskFull.Is(exception.GetBaseException()) ? "the disk is full" : CannotBeWritten);
        }
        finally
        {
            turn.Release();
        }
    }

    public void Dispose() => turn.Dispose();

    private async Task WriteAsync(Mail mail, string path, CancellationToken cancellationToken)
    {
        NewFile.Folder(Path.GetDirectoryName(options.OutboxFolder)!);
        Directory.CreateDirectory(options.OutboxFolder, OwnersFolder);
        NewFile.RequireNoLink(options.OutboxFolder);

        // The next call empties what a crash left.
        if (Directory.Exists(DraftFolder))
            Directory.Delete(DraftFolder, recursive: true);
        Directory.CreateDirectory(DraftFolder, OwnersFolder);

        using (var mime = new MimeMail(mail, options.From))
        using (var client = new SmtpClient())
        {
            client.DeliveryMethod = SmtpDeliveryMethod.SpecifiedPickupDirectory;
            client.DeliveryFormat = mime.Format;
            client.PickupDirectoryLocation = DraftFolder;
            await client.SendMailAsync(mime.Message, cancellationToken);
        }

        // From here on short, and not to be torn.
        var draft = Directory.GetFiles(DraftFolder).Single();
        var whole = Path.Combine(DraftFolder, "whole");
        using (
            var file = new FileStream(
                whole,
                new FileStreamOptions
                {
                    Mode = FileMode.CreateNew,
                    Access = FileAccess.Write,
                    UnixCreateMode = OwnersFile,
                }
            )
        )
        {
            file.Write(WithoutEnvelope(File.ReadAllBytes(draft)));
            file.Flush(flushToDisk: true);
        }

        File.Move(whole, path, overwrite: true);
        using (var folder = Posix.OpenFolder(options.OutboxFolder))
            Posix.FlushFolder(folder);
        Directory.Delete(DraftFolder, recursive: true);
    }

    // What the framework puts before a mail for a program that would fetch it here.
    private static ReadOnlySpan<byte> WithoutEnvelope(ReadOnlySpan<byte> mail)
    {
        while (mail.StartsWith("X-Sender:"u8) || mail.StartsWith("X-Receiver:"u8))
            mail = mail[(mail.IndexOf("\r\n"u8) + 2)..];
        return mail;
    }

    private void RemoveOld()
    {
        if (!clock.MayDelete(out var now))
            return;
        try
        {
            // One that was written before the clock was set back is as new as one of this moment, and no newer.
            var old = new DirectoryInfo(options.OutboxFolder)
                .GetFiles($"*{OutboxFolder.Suffix}")
                .OrderByDescending(file => file.LastWriteTimeUtc < now.UtcDateTime ? file.LastWriteTimeUtc : now.UtcDateTime)
                .Where((file, place) => place >= MostMails || now - file.LastWriteTimeUtc > LongestKept)
                .ToList();
            foreach (var file in old)
                file.Delete();
            if (old.Count > 0)
                logger.OldMailsRemoved(old.Count);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            logger.OldMailsStay(exception);
        }
    }
}
