using Vigint.Application.Analysis;
using Vigint.Domain;
using Vigint.Domain.Videos;

namespace Vigint.Api.Errors;

/// <summary>The words of one error page.</summary>
/// <param name="WhatHappened">One sentence.</param>
/// <param name="WhatToDo">One sentence, with whom to ask.</param>
internal sealed record ErrorPageWords(string Title, string WhatHappened, string WhatToDo, string Reference)
{
    private static readonly string Expired = VideoRefusals.LinkHasExpired().Code;
    private static readonly string NoVideo = VideoRefusals.LinkToNothing().Code;
    private static readonly string[] Stills = [VideoRefusals.PosterNotYet().Code, VideoRefusals.NoPoster().Code];

    public static ErrorPageWords Of(RefusedException refusal, Language language) =>
        language == Language.French ? French(refusal) : English(refusal);

    private static ErrorPageWords English(RefusedException refusal)
    {
        const string askAgain = "Ask the person or shop that sent you this link for a new one.";
        var (title, happened, toDo) = refusal.Refusal switch
        {
            Refusal.KeyMissing => (
                "This link is incomplete",
                "A part of the link was lost on its way to your browser.",
                "Open the link in the message once more, or ask the person or shop that sent you this link to send it again."
            ),
            Refusal.Forbidden when refusal.Code == Expired => (
                "This link has expired",
                "The video was kept for a limited time only, and that time is over.",
                askAgain
            ),
            Refusal.Forbidden when refusal.Code == NoVideo => (
                "This video is no longer available",
                "It was deleted when its time was over, or the link is not complete.",
                askAgain
            ),
            Refusal.Forbidden => ("This link does not work", "A part of it is missing, or a newer link has taken its place.", askAgain),
            Refusal.NotFound when Stills.Contains(refusal.Code) => (
                "There is no picture of this video",
                "It is not ready yet, or none could be made.",
                "Try again in a minute, or ask the person or shop that sent you this link."
            ),
            Refusal.NotFound => (
                "This video is missing",
                "The link is right, but the video is not where it was stored.",
                "Tell the person or shop that sent you this link."
            ),
            Refusal.Unavailable or Refusal.Fault or Refusal.NoRoom or Refusal.TooMany => (
                "The video cannot be shown at the moment",
                "Something does not work here.",
                "Try again in a few minutes; if that does not help, tell the person or shop that sent you this link."
            ),
            _ => (
                "The video cannot be shown",
                "Your browser asked for it in a way that does not work here.",
                "Open the link once more, or ask the person or shop that sent you this link."
            ),
        };
        return new ErrorPageWords(title, happened, toDo, "Reference");
    }

    private static ErrorPageWords French(RefusedException refusal)
    {
        const string askAgain = "Demandez à la personne ou au magasin qui vous a envoyé ce lien de vous en envoyer un nouveau.";
        var (title, happened, toDo) = refusal.Refusal switch
        {
            Refusal.KeyMissing => (
                "Ce lien est incomplet",
                "Une partie du lien s’est perdue avant d’arriver dans votre navigateur.",
                "Ouvrez de nouveau le lien dans le message, ou demandez à la personne ou au magasin qui vous a envoyé ce lien de "
                    + "vous le renvoyer."
            ),
            Refusal.Forbidden when refusal.Code == Expired => (
                "Ce lien a expiré",
                "La vidéo n’était conservée que pour une durée limitée, qui est écoulée.",
                askAgain
            ),
            Refusal.Forbidden when refusal.Code == NoVideo => (
                "Cette vidéo n’est plus disponible",
                "Elle a été supprimée à la fin de sa durée de conservation, ou le lien est incomplet.",
                askAgain
            ),
            Refusal.Forbidden => ("Ce lien ne fonctionne pas", "Il en manque une partie, ou un lien plus récent l’a remplacé.", askAgain),
            Refusal.NotFound when Stills.Contains(refusal.Code) => (
                "Il n’y a pas d’image de cette vidéo",
                "Elle n’est pas encore prête, ou elle n’a pas pu être créée.",
                "Réessayez dans une minute, ou demandez à la personne ou au magasin qui vous a envoyé ce lien."
            ),
            Refusal.NotFound => (
                "Cette vidéo est introuvable",
                "Le lien est bon, mais la vidéo n’est plus là où elle était conservée.",
                "Prévenez la personne ou le magasin qui vous a envoyé ce lien."
            ),
            Refusal.Unavailable or Refusal.Fault or Refusal.NoRoom or Refusal.TooMany => (
                "La vidéo ne peut pas être affichée pour le moment",
                "Quelque chose ne fonctionne pas ici.",
                "Réessayez dans quelques minutes ; si cela ne suffit pas, prévenez la personne ou le magasin qui vous a envoyé ce lien."
            ),
            _ => (
                "La vidéo ne peut pas être affichée",
                "Votre navigateur l’a demandée d’une façon qui ne fonctionne pas ici.",
                "Ouvrez de nouveau le lien, ou demandez à la personne ou au magasin qui vous a envoyé ce lien."
            ),
        };
        return new ErrorPageWords(title, happened, toDo, "Référence");
    }
}
