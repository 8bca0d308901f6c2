namespace Classroom;

/// <summary>Rows that belong together.</summary>
/// <param name="Name">What is measured, as a heading.</param>
sealed record FigureSection(string Name, params FigureRow[] Rows)
{
    /// <summary>
    /// The whole table of compare: first the costs, each on its own, then what they come to in two classes.
    /// </summary>
    public static IReadOnlyList<FigureSection> All { get; } =
    [
        new("Connect one client",
            new("page", "its page", Number.Bytes,
                "Bytes both ways of the page's four files, which every step loads first."),
            new("connectRequests", "requests then", Number.Plain,
                "HTTP requests from the loaded page until the client is ready for messages; a handshake is one."),
            new("connectUp", "bytes sent", Number.Bytes,
                "Bytes of these requests."),
            new("connectDown", "bytes received", Number.Bytes,
                "Bytes of what comes back at once; in 03 nothing does, and from 04 on the list of who is online.")),
        new("Deliver one message",
            new("deliverRequests", "requests", Number.Plain,
                "HTTP requests that bring one client one message; in 01 it reloads the page."),
            new("deliverBytes", "bytes", Number.Bytes,
                "Bytes both ways of that; in 06 with the webhook that brings it to the client's server, without the "
                + "list of webhooks that the page shows."),
            new("deliverCpu", "server's processor", Number.Time,
                "The server's processor time, storing the message included, while messages to a class come one after "
                + "the other without a pause, divided by messages and clients."),
            new("delayMedian", "delay, median", Number.Delay,
                "From stored by the server to received by a client; half are not later."),
            new("delay99", "delay, 99 %", Number.Delay,
                "The same; 99 of 100 are not later."),
            new("delayWorst", "delay, worst", Number.Delay,
                "The same; none is later.")),
        new("50 ms each way",
            new("farAlone", "delay, a message alone", Number.Delay,
                "From stored to received, where everything between server and client takes 50 ms: a message to "
                + "20 clients after a second of silence; the median. In 06 the webhook takes 50 ms more."),
            new("farFollowing", "delay, one that follows", Number.Delay,
                "The same of a second message, 10 to 90 ms after the first; each round at another distance. In 03 it "
                + "waits until the client has asked again.")),
        new("Keep one client an hour",
            new("keepRequests", "requests", Number.Plain,
                "HTTP requests of a client while nobody writes; in 01 nothing happens until a person reloads."),
            new("keepBytes", "bytes", Number.Bytes,
                "Bytes both ways of that: questions and answers, pings, heartbeats."),
            new("keepCpu", "server's processor", Number.Time,
                "The server's processor time for that, above that of a server without clients.")),
        new("Hold one client",
            new("heldConnections", "connections", Number.Plain,
                "Connections of a client that has read and written: a POST needs a second one where the first waits."),
            new("heldBytes", "server's memory", Number.Bytes,
                "How much more the server's objects take with each further client, after a garbage collection.")),
        new("Busy class, one minute",
            new("busyRequests", "requests", Number.Plain,
                "HTTP requests by which one client reads while there is a message every 3 s; in 01 a person reloads "
                + "every 10 s."),
            new("busyNothingNew", "answers in vain", WholePercent,
                "How many of the answers to these questions held no message that is new to the client."),
            new("busyBytes", "bytes", Number.Bytes,
                "Bytes both ways of that.")),
        new("Quiet class, one minute",
            new("quietRequests", "requests", Number.Plain,
                "The same while there is one message in the whole minute."),
            new("quietNothingNew", "answers in vain", WholePercent,
                "How many of the answers held nothing new then."),
            new("quietBytes", "bytes", Number.Bytes,
                "Bytes both ways of that.")),
        new("All messages",
            new FigureRow("faults", "lost, repeated, out of order", Number.Plain,
                "How many messages were, in all that was measured.")),
    ];

    /// <summary>One answer in a thousand is chance: a message that came a little late.</summary>
    static string WholePercent(double percent) => $"{Number.Plain(Math.Round(percent))} %";
}
