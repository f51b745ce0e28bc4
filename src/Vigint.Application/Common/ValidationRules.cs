using FluentValidation;
using Vigint.Domain;

namespace Vigint.Application.Common;

/// <summary>
/// What validators say. They check the shape of a command: what is missing, out of range or of the wrong form. State, such as what is
/// unknown, ended or full, is for the domain and the handlers.
/// </summary>
internal static class ValidationRules
{
    /// <summary>What the caller is answered when the rule does not hold.</summary>
    public static IRuleBuilderOptions<T, TMember> OrRefuse<T, TMember>(
        this IRuleBuilderOptions<T, TMember> rule,
        Func<RefusedException> refusal
    ) => rule.WithState(_ => refusal());
}
