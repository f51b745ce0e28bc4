using System.Reflection;
using HandlebarsDotNet;
using Vigint.Application.Analysis;

namespace Vigint.Application.Alerts.Mails;

/// <summary>
/// The files in <c>Alerts/Mails/Templates</c>: how a mail is laid out, and its words, one file per language. A name that is not in
/// <see cref="MailModel"/> is a fault and not a gap.
/// </summary>
internal sealed class MailTemplates
{
    private const string Folder = "Vigint.Application.Alerts.Mails.Templates.";

    private readonly HandlebarsTemplate<object, object> subject;
    private readonly HandlebarsTemplate<object, object> text;
    private readonly HandlebarsTemplate<object, object> html;

    public MailTemplates(Language language)
    {
        var words = Read(language == Language.French ? "words.fr.hbs" : "words.en.hbs");
        var plain = Handlebars.Create(new HandlebarsConfiguration { ThrowOnUnresolvedBindingExpression = true, NoEscape = true });
        var encoding = Handlebars.Create(new HandlebarsConfiguration { ThrowOnUnresolvedBindingExpression = true, TextEncoder = new HtmlEncoder() });
        subject = plain.Compile(words + "{{> subject}}");
        text = plain.Compile(words + Read("mail.txt.hbs"));
        html = encoding.Compile(words + Read("mail.html.hbs"));
    }

    public string Subject(MailModel model) => subject(model);

    public string Text(MailModel model) => text(model);

    public string Html(MailModel model) => html(model);

    private static string Read(string name)
    {
        using var reader = new StreamReader(Assembly.GetExecutingAssembly().GetManifestResourceStream(Folder + name)
            ?? throw new InvalidOperationException($"The template {name} is missing."));
        return reader.ReadToEnd();
    }
}
