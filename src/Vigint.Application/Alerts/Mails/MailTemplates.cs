using System.Reflection;
using HandlebarsDotNet;
using Vigint.Application.Analysis;

namespace Vigint.Application.Alerts.Mails;

/// <summary>
/// The files in <c>Alerts/Mails/Templates</c>: how a mail is laid out as text and as HTML, and its words, one file per language. A
/// name that is not known is a fault and not a gap.
/// </summary>
internal sealed class MailTemplates
{
    private const string Folder = "Vigint.Application.Alerts.Mails.Templates.";

    private readonly IReadOnlyList<(string Name, HandlebarsTemplate<object, object> Template)> words;
    private readonly HandlebarsTemplate<object, object> text;
    private readonly HandlebarsTemplate<object, object> html;

    public MailTemplates(Language language)
    {
        var plain = Handlebars.Create(new HandlebarsConfiguration { ThrowOnUnresolvedBindingExpression = true, NoEscape = true });
        var encoding = Handlebars.Create(
            new HandlebarsConfiguration { ThrowOnUnresolvedBindingExpression = true, TextEncoder = new MailEncoder() }
        );
        words =
        [
            .. Read(language == Language.French ? "words.fr.txt" : "words.en.txt")
                .Split('\n', StringSplitOptions.RemoveEmptyEntries)
                .Select(line => line.Split(": ", 2))
                .Select(parts => (parts[0], plain.Compile(parts[1]))),
        ];
        text = plain.Compile(Read("mail.txt"));
        html = encoding.Compile(Read("mail.html"));
    }

    /// <returns>Each word as it reads for this alert. One may be made of those before it.</returns>
    public IReadOnlyDictionary<string, string> Words(MailModel model)
    {
        var said = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, template) in words)
            said[name] = template(model with { Words = said });
        return said;
    }

    public string Text(MailModel model) => text(model);

    public string Html(MailModel model) => html(model);

    private static string Read(string name)
    {
        using var reader = new StreamReader(
            Assembly.GetExecutingAssembly().GetManifestResourceStream(Folder + name)
                ?? throw new InvalidOperationException($"The template {name} is missing.")
        );
        return reader.ReadToEnd();
    }
}
