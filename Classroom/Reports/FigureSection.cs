namespace Classroom;

/// <summary>Rows that belong together.</summary>
/// <param name="Name">What is measured, as a heading.</param>
sealed record FigureSection(string Name, IReadOnlyList<FigureRow> Rows)
{
    /// <summary>The whole table of compare: first the costs, each on its own, then what they come to in two
    /// classes.</summary>
    public static IReadOnlyList<FigureSection> All { get; } =
    [
        new("Connect one client",
        [
            new("page", "its page", "bytes", step => step.Page, Number.Bytes,
                "Bytes both ways of the page's four files, which every step loads first."),
            new("connectRequests", "requests then", "", step => step.ConnectRequests, Number.Plain,
                "HTTP requests from the loaded page until the client is ready for messages; a handshake is one."),
            new("connectUp", "bytes sent", "bytes", step => step.ConnectUp, Number.Bytes,
                "Bytes of these requests."),
            new("connectDown", "bytes received", "bytes", step => step.ConnectDown, Number.Bytes,
                "Bytes of what comes back at once; in 03 nothing does, and from 04 on the list of who is online."),
        ]),
        new("Deliver one message",
        [
            new("deliverRequests", "requests", "", step => step.DeliverRequests, Number.Plain,
                "HTTP requests that bring one client one message; in 01 it reloads the page."),
            new("deliverBytes", "bytes", "bytes", step => step.DeliverBytes, Number.Bytes,
                "Bytes both ways of that; in 06 with the webhook that brings it to the client's server."),
            new("deliverCpu", "server's processor", "ms", step => step.DeliverCpu, Number.Time,
                "The server's processor time, storing the message included, while messages to a class come one after "
                + "the other without a pause, divided by messages and clients."),
            new("delayMedian", "delay, median", "ms", step => step.DelayMedian, Number.Delay,
                "From stored by the server to received by a client; half are not later."),
            new("delay99", "delay, 99 %", "ms", step => step.Delay99, Number.Delay,
                "The same; 99 of 100 are not later."),
            new("delayWorst", "delay, worst", "ms", step => step.DelayWorst, Number.Delay,
                "The same; none is later."),
        ]),
        new("Keep one client an hour",
        [
            new("keepRequests", "requests", "", step => step.KeepRequests, Number.Plain,
                "HTTP requests of a client while nobody writes; in 01 nothing happens until a person reloads."),
            new("keepBytes", "bytes", "bytes", step => step.KeepBytes, Number.Bytes,
                "Bytes both ways of that: questions and answers, pings, heartbeats."),
            new("keepCpu", "server's processor", "ms", step => step.KeepCpu, Number.Time,
                "The server's processor time for that, above that of a server without clients."),
        ]),
        new("Hold one client",
        [
            new("heldConnections", "connections", "", step => step.HeldConnections, Number.Plain,
                "Connections of a client that has read and written: a POST needs a second one where the first waits."),
            new("heldBytes", "server's memory", "bytes", step => step.HeldBytes, Number.Bytes,
                "How much more the server's objects take with each further client, after a garbage collection."),
        ]),
        new("Busy class, one minute",
        [
            new("busyRequests", "requests", "", step => step.Busy?.Requests, Number.Plain,
                "HTTP requests by which one client reads while there is a message every 3 s; in 01 a person reloads "
                + "every 10 s."),
            new("busyNothingNew", "answers in vain", "%", step => step.Busy?.NothingNew, WholePercent,
                "How many of the answers to these questions held no message that is new to the client."),
            new("busyBytes", "bytes", "bytes", step => step.Busy?.Bytes, Number.Bytes, "Bytes both ways of that."),
        ]),
        new("Quiet class, one minute",
        [
            new("quietRequests", "requests", "", step => step.Quiet?.Requests, Number.Plain,
                "The same while there is one message in the whole minute."),
            new("quietNothingNew", "answers in vain", "%", step => step.Quiet?.NothingNew, WholePercent,
                "How many of the answers held nothing new then."),
            new("quietBytes", "bytes", "bytes", step => step.Quiet?.Bytes, Number.Bytes, "Bytes both ways of that."),
        ]),
    ];

    /// <summary>One answer in a thousand is chance: a message that came a little late.</summary>
    static string WholePercent(double percent) => Number.Percent(Math.Round(percent));

    public static IEnumerable<FigureRow> AllRows => All.SelectMany(section => section.Rows);
}
