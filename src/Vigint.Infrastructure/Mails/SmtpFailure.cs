using System.Globalization;
using System.Net.Mail;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text.RegularExpressions;
using Vigint.Application.Common;

namespace Vigint.Infrastructure.Mails;

/// <summary>What a sending that failed says of the mail and of the server.</summary>
/// <param name="Reason">One line for the record, with the server's own words where it had any; no secret.</param>
/// <param name="RefusesForGood">
/// There is no such mailbox, so that it does not help to come again. Whatever an operator can put right is for now.
/// </param>
/// <param name="Trouble">In a few words what is wrong with the server; null when it does its work and did not want this mail.</param>
internal sealed partial record SmtpFailure(string Reason, bool RefusesForGood, string? Trouble)
{
    private const string NoAnswer = "does not answer";
    private const string NotEncrypted = "no secure connection";
    private const string NotLetIn = "the account is refused";

    private const string NotWelcome = "does not let this server in";

    private const int LongestReason = 300;

    // What the framework writes before the server's words.
    private const string ServersWords = "The server response was: ";

    /// <summary>Whether it is one of those that sending throws for what the other side does.</summary>
    public static bool Is(Exception exception) =>
        exception is SmtpException or IOException or SocketException or AuthenticationException or FormatException;

    /// <summary>Whether it may be no more than a connection that was closed.</summary>
    public bool IsAway => Trouble == NoAnswer;

    public static SmtpFailure TookTooLong(TimeSpan limit) =>
        new(string.Create(CultureInfo.InvariantCulture, $"no answer within {limit.TotalSeconds:0} s"), false, NoAnswer);

    public static SmtpFailure Of(Exception exception) =>
        exception is SmtpException { StatusCode: not SmtpStatusCode.GeneralFailure } answered
            ? OfAnswer((int)answered.StatusCode, WordsOf(answered.Message), isAboutRecipient: exception is SmtpFailedRecipientException)
            : OfConnection(exception);

    /// <summary>Whether the other side said no, and not only not now.</summary>
    public static bool IsRefusal(Exception exception) => exception is SmtpException { StatusCode: >= SmtpStatusCode.CommandUnrecognized };

    /// <summary>The same when it is not about this mail.</summary>
    public SmtpFailure OfEverybody() => this with { RefusesForGood = false, Trouble = NotWelcome };

    // A refusal to let somebody send is about the account, in whatever number it comes: the framework goes on without a log-in that failed.
    private static SmtpFailure OfAnswer(int code, string words, bool isAboutRecipient)
    {
        var reason = Shown(string.Create(CultureInfo.InvariantCulture, $"{code} {words}"));
        if (code is 454 or 530 or 534 or 535 or 538 || AboutTheAccount().IsMatch(words))
            return new SmtpFailure(reason, false, NotLetIn);
        return code == 421
            ? new SmtpFailure(reason, false, NoAnswer)
            : new SmtpFailure(reason, IsNoMailbox(code, words, isAboutRecipient), null);
    }

    // An address on a block list, a missing SPF record, a filter, a full mailbox: all that can be put right, and the incident must not be
    // lost meanwhile.
    // The enhanced code (RFC 3463) tells, where there is one: 1.x is the recipient's address, except 1.7 and 1.8, which are the sender's;
    // 2.1 a mailbox that is closed.
    private static bool IsNoMailbox(int code, string words, bool isAboutRecipient) =>
        EnhancedCode().Match(words) is { Success: true } enhanced
            ? code >= 500
                && enhanced.Groups[1].Value is not ("1.7" or "1.8") and var detail
                && (detail == "2.1" || detail.StartsWith("1.", StringComparison.Ordinal))
            : isAboutRecipient && code is (550 or 551 or 553 or 556) && !AboutPolicy().IsMatch(words);

    private static SmtpFailure OfConnection(Exception exception) =>
        (exception is SmtpException ? exception.InnerException : exception) switch
        {
            AuthenticationException cause => new SmtpFailure(Shown($"no secure connection: {cause.Message}"), false, NotEncrypted),
            SocketException cause => new SmtpFailure(Shown($"cannot be reached: {cause.Message}"), false, NoAnswer),
            { } cause => new SmtpFailure(Shown($"the connection broke: {cause.Message}"), false, NoAnswer),

            // The framework's own words: the server has no encryption, or does not take an address that is not ASCII.
            null => new SmtpFailure(
                Shown(exception.Message),
                false,
                exception.Message.Contains("secure", StringComparison.Ordinal) ? NotEncrypted : null
            ),
        };

    private static string WordsOf(string message) =>
        message.IndexOf(ServersWords, StringComparison.Ordinal) is var at and >= 0 ? message[(at + ServersWords.Length)..] : message;

    // A server that does not like a link says so by repeating it.
    private static string Shown(string reason) => ShownText.Line(Token().Replace(reason, "token=…"), LongestReason);

    [GeneratedRegex(@"\brelay(ing)?\b(?!\.)|authenticat", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex AboutTheAccount();

    [GeneratedRegex(@"^\s*5\.(\d{1,3}\.\d{1,3})\b", RegexOptions.CultureInvariant)]
    private static partial Regex EnhancedCode();

    [GeneratedRegex(
        @"block|black ?list|\blist|spam|polic|denied|reput|\bspf\b|\bdkim\b|\bdmarc\b|prohibit|not "
            + @"(allowed|permitted|authori[sz]ed)|\bbann?ed",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant
    )]
    private static partial Regex AboutPolicy();

    [GeneratedRegex("token=[0-9a-f]+", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Token();
}
