extern alias Sse;
extern alias Webhooks;
extern alias WebSockets;

using System.Net.Http.Json;

namespace Tests;

// Each step from 04 on, by its way of reading and sending.

[Trait("Step", "4")]
public sealed class PresenceIn04 : PresenceTests<WebSockets::Program>
{
    protected override async Task<Connection> OpenAsync(Uri server, string user) =>
        await WebSocketConnection.OpenAsync(server, user);

    protected override Task SendAsync(StepServer<WebSockets::Program> server, Connection connection, string text) =>
        ((WebSocketConnection)connection).SendAsync(text);
}

public abstract class PresenceOverStream<TProgram> : PresenceTests<TProgram> where TProgram : class
{
    protected override async Task<Connection> OpenAsync(Uri server, string user) =>
        await EventStreamConnection.OpenAsync(server, user);

    protected override async Task SendAsync(StepServer<TProgram> server, Connection connection, string text) =>
        (
            await server.Http.PostAsJsonAsync(
                "/messages", new { user = "Alice", text })).EnsureSuccessStatusCode().Dispose();
}

[Trait("Step", "5")]
public sealed class PresenceIn05 : PresenceOverStream<Sse::Program>;

[Trait("Step", "6")]
public sealed class PresenceIn06 : PresenceOverStream<Webhooks::Program>;
