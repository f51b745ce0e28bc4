using MediatR;
using Vigint.Application.Clients;
using Vigint.Domain.Analysis;
using Vigint.Domain.Clients;

namespace Vigint.Application.Analysis.SetInstructions;

/// <summary>Says what a client adds to the questions that the models are asked about its clips.</summary>
public sealed record SetInstructionsCommand(int ClientId, string? WatchFor, string? Normal) : IRequest<AnalysisInstructions>;

internal sealed class SetInstructionsHandler(IClientRecords clients, CallerKeys keys)
    : IRequestHandler<SetInstructionsCommand, AnalysisInstructions>
{
    public async Task<AnalysisInstructions> Handle(SetInstructionsCommand request, CancellationToken cancellationToken)
    {
        var instructions = AnalysisInstructions.Of(request.WatchFor, request.Normal);
        if (!await keys.ForgetAfterAsync(clients.SetInstructionsAsync(request.ClientId, instructions, cancellationToken)))
            throw ClientRefusals.UnknownClient(request.ClientId);
        return instructions;
    }
}
