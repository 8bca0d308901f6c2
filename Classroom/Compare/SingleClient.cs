namespace Classroom;

/// <summary>
/// To connect, and to deliver: a client comes through the wire to a server where only the writer is, again and again;
/// then one stays, and gets some messages. Everything is counted, nothing is timed.
/// </summary>
static class SingleClient
{
    /// <param name="audience">Has a writer, and nobody who reads.</param>
    public static async Task ConnectAsync(
        StepFigures figures, StepSetup setup, Audience audience, int rounds, CancellationToken stop)
    {
        for (var round = 0; round < rounds; round++)
        {
            await audience.SettleAsync(stop);
            var empty = audience.Count;
            using var visitor = ChatClient.Of(setup.Technique, setup.Wire.Address, "Visitor");
            await visitor.LoadPageAsync(stop);
            await setup.WaitUntilSilentAsync(stop);
            var loaded = audience.Count;
            await audience.SeatAsync(1, setup.Wire.Address, speed: null, TimeSpan.Zero, stop);
            await audience.SettleAsync(stop);
            var connect = audience.Count - loaded;
            var page = loaded - empty;
            if (figures.Technique.Reading == Reading.Reload)
            {
                connect -= page with { Requests = visitor.Requests }; // The client has loaded the page as well.
            }
            figures.Add("page", page.Bytes);
            figures.Add("connectRequests", connect.Requests);
            figures.Add("connectUp", connect.Up);
            figures.Add("connectDown", connect.Down);
            await audience.LeaveAsync();
        }
    }

    /// <param name="audience">Has a writer, and nobody who reads.</param>
    public static async Task DeliverAsync(
        StepFigures figures, StepSetup setup, Audience audience, int rounds, CancellationToken stop)
    {
        await audience.WriteAsync(stop); // The servers of 06 open the connection that they keep between them.
        var between = setup.Technique.HasWebhooks ? 1 : 0;
        while (setup.Wire.Open > between)
        {
            await Task.Delay(10, stop); // Those who were here before are leaving.
        }
        await audience.SeatAsync(1, setup.Wire.Address, speed: null, TimeSpan.Zero, stop);
        for (var round = 0; round < rounds; round++)
        {
            await audience.SettleAsync(stop);
            var before = audience.Count;
            await audience.WriteAsync(stop);
            await audience.ReceiveAsync(stop);
            await setup.WaitForClientsAsync(2, stop); // In 03 they ask again.
            await setup.WaitUntilSilentAsync(stop);
            var deliver = audience.Count - before;
            figures.Add("deliverRequests", deliver.Requests);
            figures.Add("deliverBytes", deliver.Bytes);
        }
        figures.AddFaults(audience.Faults());
        await audience.WriteAsync(stop, audience.Readers.Single());
        await audience.SettleAsync(stop);
        figures.Add("heldConnections", setup.Wire.Open - between);
        await audience.LeaveAsync();
    }
}
