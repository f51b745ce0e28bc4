using FluentValidation;
using MediatR;
using Vigint.Domain;

namespace Vigint.Application.Common;

/// <summary>Runs a request's validators before its handler; the first failure is the answer.</summary>
internal sealed class ValidationBehavior<TRequest, TResponse>(IEnumerable<IValidator<TRequest>> validators)
    : IPipelineBehavior<TRequest, TResponse>
    where TRequest : IRequest<TResponse>
{
    public async Task<TResponse> Handle(TRequest request, CancellationToken cancellationToken, RequestHandlerDelegate<TResponse> next)
    {
        foreach (var validator in validators)
        {
            var result = await validator.ValidateAsync(request, cancellationToken);
            if (!result.IsValid)
                throw result.Errors[0].CustomState as RefusedException
                    ?? new RefusedException(Refusal.Invalid, "request_invalid", result.Errors[0].ErrorMessage);
        }

        return await next();
    }
}
