namespace Classroom;

/// <summary>
/// To connect, and to deliver: a client comes through the wire to a server where only the writer is, again and again;
/// then one stays, and gets some messages. Everything is counted, nothing is timed.
/// </summary>
sealed class SingleClient(StepSetup setup, MeasuringPlan plan)
{
    readonly List<string> written = [];

    Technique Technique => setup.Technique;

    public static async Task<StepFigures> MeasureAsync(
        StepFigures figures, MeasuringPlan plan, CancellationToken cancellation)
    {
        await using var setup = await plan.StartCountedAsync(figures.Technique, 1, cancellation);
        return await new SingleClient(setup, plan).MeasureAsync(figures, cancellation);
    }

    async Task<StepFigures> MeasureAsync(StepFigures figures, CancellationToken cancellation)
    {
        await using var writer = Student.Create(Technique, setup.Server, "Writer", new()
        {
            // Asks for nothing of its own accord: only the client is to be counted.
            Pause = StudentOptions.Never,
            SendTo = setup.ServerToWrite,
        });
        writer.Start();
        await writer.Connected.WaitAsync(cancellation);
        figures = await ConnectAsync(writer, figures, cancellation);
        return await DeliverAsync(writer, figures, cancellation);
    }

    async Task<StepFigures> ConnectAsync(Student writer, StepFigures figures, CancellationToken cancellation)
    {
        List<Count> pages = [];
        List<Count> connects = [];
        for (var round = 0; round < plan.Rounds; round++)
        {
            await WaitForUsersAsync(writer, [writer.Name], cancellation);
            var page = await LoadPageAsync(cancellation);
            await using var client = NewClient(StudentOptions.Never);
            var before = Count.Of(setup, [client]);
            client.Start();
            await client.Connected.WaitAsync(cancellation);
            await WaitForUsersAsync(client, [client.Name, writer.Name], cancellation);
            var connect = Count.Of(setup, [client]) - before;
            pages.Add(page);
            // In 01 the client has loaded the page as well, which is counted already.
            connects.Add(Technique.Reading == Reading.Reload ? connect - page : connect);
        }
        return figures with
        {
            Page = FigureOf(pages, page => page.Bytes),
            ConnectRequests = FigureOf(connects, connect => connect.Requests),
            ConnectUp = FigureOf(connects, connect => connect.Up),
            ConnectDown = FigureOf(connects, connect => connect.Down),
        };
    }

    async Task<StepFigures> DeliverAsync(Student writer, StepFigures figures, CancellationToken cancellation)
    {
        // Has two servers open the connection that they keep between them.
        await WriteAsync(writer, cancellation);
        if (Technique.DeliversAtOnce)
        {
            await Audience.ReceiveAsync([writer], written.Count, plan.Patience, cancellation);
        }
        await WaitForUsersAsync(writer, [writer.Name], cancellation);
        var connections = setup.Connections;
        using var look = new SemaphoreSlim(0);
        await using var client = NewClient(look.WaitAsync);
        client.Start();
        await client.Connected.WaitAsync(cancellation);
        await WaitForUsersAsync(client, [client.Name, writer.Name], cancellation);

        List<Count> delivers = [];
        for (var round = 0; round < plan.Rounds; round++)
        {
            var before = Count.Of(setup, [client]);
            await WriteAsync(writer, cancellation);
            look.Release();
            await Audience.ReceiveAsync([client], written.Count, plan.Patience, cancellation);
            await setup.WaitUntilSilentAsync(cancellation);
            delivers.Add(Count.Of(setup, [client]) - before);
        }
        var mistakes = Mistakes.Of([client], written);
        await WriteAsync(client, cancellation);
        await setup.WaitUntilSilentAsync(cancellation);
        return figures with
        {
            DeliverRequests = FigureOf(delivers, deliver => deliver.Requests),
            DeliverBytes = FigureOf(delivers, deliver => deliver.Bytes),
            HeldConnections = Figure.Exactly(setup.Connections - connections),
            Mistakes = figures.Mistakes + mistakes,
        };
    }

    Student NewClient(Func<CancellationToken, Task> pause) => Student.Create(Technique, setup.Address, "Client", new()
    {
        Pause = pause,
        SendTo = Technique.HasWebhooks ? setup.AddressToWrite : null,
    });

    async Task WriteAsync(Student student, CancellationToken cancellation)
    {
        written.Add($"What does message {written.Count + 1} cost?");
        await student.SendAsync(written[^1], cancellation);
    }

    /// <summary>Loads the page's files as a browser does, over a connection of its own.</summary>
    async Task<Count> LoadPageAsync(CancellationToken cancellation)
    {
        var before = Count.Of(setup, []);
        using var http = new HttpClient();
        var requests = BrowserHeaders.PageFiles(setup.Address);
        foreach (var request in requests)
        {
            using var response = await http.SendAsync(request, cancellation);
            response.EnsureSuccessStatusCode();
        }
        await setup.WaitUntilSilentAsync(cancellation);
        var loaded = Count.Of(setup, []) - before;
        return loaded with { Requests = requests.Length };
    }

    /// <summary>Waits until a student knows who is online, where that is told, and nothing crosses the wire.</summary>
    async Task WaitForUsersAsync(Student student, string[] names, CancellationToken cancellation)
    {
        while (Technique.HasPresence && !student.Users.Order().SequenceEqual(names))
        {
            await Task.Delay(10, cancellation);
        }
        await setup.WaitUntilSilentAsync(cancellation);
    }

    static Figure FigureOf(IEnumerable<Count> rounds, Func<Count, double> value) => new([.. rounds.Select(value)]);
}
