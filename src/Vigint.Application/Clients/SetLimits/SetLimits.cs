using FluentValidation;
using MediatR;
using Microsoft.Extensions.Logging;
using Vigint.Application.Common;
using Vigint.Domain.Clients;

namespace Vigint.Application.Clients.SetLimits;

/// <summary>Says what a client may use. What is null has no limit.</summary>
public sealed record SetLimitsCommand(int ClientId, ClientLimits Limits) : IRequest<Client>;

internal sealed class SetLimitsValidator : AbstractValidator<SetLimitsCommand>
{
    private const int MostUploadsPerMinute = 10_000;
    private const decimal LeastEuro = 0.01m;
    private const decimal MostEuro = 1_000_000;

    public SetLimitsValidator()
    {
        RuleFor(c => c.Limits.UploadsPerMinute)
            .Must(limit => limit is null or (> 0 and <= MostUploadsPerMinute))
            .OrRefuse(() => ClientRefusals.UnusableLimit("uploads_per_minute", $"a whole number from 1 to {MostUploadsPerMinute}"));
        RuleFor(c => c.Limits.StorageBytes)
            .Must(limit => limit is null or > 0)
            .OrRefuse(() => ClientRefusals.UnusableLimit("storage_mb", "a number more than 0"));
        RuleFor(c => c.Limits.AnalysisEuroPerMonth)
            .Must(limit => limit is null or 0 or (>= LeastEuro and <= MostEuro))
            .OrRefuse(() => ClientRefusals.UnusableLimit("analysis_eur_per_month", $"0, or a number from {LeastEuro} to {MostEuro}"));
    }
}

internal sealed class SetLimitsHandler(IClientRecords clients, CallerKeys keys, ILogger<SetLimitsHandler> logger)
    : IRequestHandler<SetLimitsCommand, Client>
{
    public async Task<Client> Handle(SetLimitsCommand request, CancellationToken cancellationToken)
    {
        if (!await keys.ForgetAfterAsync(clients.SetLimitsAsync(request.ClientId, request.Limits, cancellationToken)))
            throw ClientRefusals.UnknownClient(request.ClientId);
        logger.LimitsSet(request.ClientId, request.Limits);
        return await clients.FindAsync(request.ClientId, cancellationToken) ?? throw ClientRefusals.UnknownClient(request.ClientId);
    }
}
