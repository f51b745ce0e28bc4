using System.Net.Mail;
using System.Net.Mime;
using System.Text;
using Vigint.Application.Alerts;

namespace Vigint.Infrastructure.Mails;

/// <summary>
/// A mail as it travels: two forms that say the same, of which programs show the last that they can, and the still within the second.
/// </summary>
internal sealed class MimeMail : IDisposable
{
    private readonly MemoryStream text;

    public MimeMail(Mail mail, MailAddress from)
    {
        Message = new MailMessage(from, new MailAddress(mail.To))
        {
            Subject = mail.Subject,
            SubjectEncoding = Encoding.UTF8,
            HeadersEncoding = Encoding.UTF8,
        };
        Message.Headers["Message-ID"] = $"<{mail.MessageId}>";
        Message.Headers["References"] = Message.Headers["In-Reply-To"] = $"<{mail.ThreadId}>";

        // Who is on holiday need not say so to a camera (RFC 3834; the second is what Exchange looks at).
        Message.Headers["Auto-Submitted"] = "auto-generated";
        Message.Headers["X-Auto-Response-Suppress"] = "All";

        text = Content(mail.Text);
        Message.AlternateViews.Add(View(text, MediaTypeNames.Text.Plain));
        var html = View(Content(mail.Html), MediaTypeNames.Text.Html);
        if (mail.Still is not null)
        {
            html.LinkedResources.Add(
                new LinkedResource(new MemoryStream(mail.Still), new ContentType(MediaTypeNames.Image.Jpeg) { Name = "still.jpg" })
                {
                    ContentId = "still",
                    TransferEncoding = TransferEncoding.Base64,
                }
            );
        }

        Message.AlternateViews.Add(html);
    }

    public MailMessage Message { get; }

    /// <summary>
    /// An address that is not ASCII needs a server that takes such (RFC 6531); for all others the old form reaches everybody.
    /// </summary>
    public SmtpDeliveryFormat Format =>
        Message.To.All(one => Ascii.IsValid(one.User)) ? SmtpDeliveryFormat.SevenBit : SmtpDeliveryFormat.International;

    /// <summary>Whether anything of its content was sent, which is after the other side agreed to sender and recipient.</summary>
    public bool WasBegun => text.Position > 0;

    public void Dispose() => Message.Dispose();

    // In Base64, for the framework's quoted-printable encodes line breaks as if they were not text.
    private static AlternateView View(Stream content, string type) =>
        new(content, new ContentType(type) { CharSet = Encoding.UTF8.WebName }) { TransferEncoding = TransferEncoding.Base64 };

    private static MemoryStream Content(string text) => new(Encoding.UTF8.GetBytes(text.ReplaceLineEndings("\r\n")));
}
