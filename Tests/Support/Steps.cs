namespace Tests;

/// <summary>How a page of a step comes by what is new.</summary>
public enum Reading
{
    /// <summary>01: the person reloads the page.</summary>
    Reload,

    /// <summary>02: the page asks every few seconds.</summary>
    ShortPoll,

    /// <summary>03: the page asks, and the server holds the question until it has an answer.</summary>
    LongPoll,

    /// <summary>04: over one connection, both ways.</summary>
    Socket,

    /// <summary>05 and 06: over one answer that does not end.</summary>
    Stream,
}

/// <summary>How a step delivers, and what follows from it.</summary>
/// <param name="Number">1, 2, 3, …</param>
/// <param name="Folder">Its folder, which is its name: "03-LongPolling".</param>
/// <param name="Reading">How a page comes by what is new.</param>
/// <param name="SendsByPost">A message is sent by POST /messages.</param>
/// <param name="HasPresence">The server knows who is online.</param>
/// <param name="HasWebhooks">Servers can subscribe to one another.</param>
public sealed record Technique(
    int Number, string Folder, Reading Reading, bool SendsByPost, bool HasPresence, bool HasWebhooks)
{
    public static IReadOnlyList<Technique> All { get; } =
    [
        new(1, "01-HttpRefresh", Reading.Reload, SendsByPost: true, HasPresence: false, HasWebhooks: false),
        new(2, "02-ShortPolling", Reading.ShortPoll, SendsByPost: true, HasPresence: false, HasWebhooks: false),
        new(3, "03-LongPolling", Reading.LongPoll, SendsByPost: true, HasPresence: false, HasWebhooks: false),
        new(4, "04-WebSockets", Reading.Socket, SendsByPost: false, HasPresence: true, HasWebhooks: false),
        new(5, "05-Sse", Reading.Stream, SendsByPost: true, HasPresence: true, HasWebhooks: false),
        new(6, "06-Webhooks", Reading.Stream, SendsByPost: true, HasPresence: true, HasWebhooks: true),
    ];

    /// <summary>That of a step's folder.</summary>
    public static Technique Of(string folder) => All.Single(technique => technique.Folder == folder);
}

/// <summary>The steps as the data of theories, by their folders.</summary>
public static class Steps
{
    public static TheoryData<string> All => Where(_ => true);

    /// <summary>02 and later: what is new comes without a hand.</summary>
    public static TheoryData<string> Updating => Where(technique => technique.Reading != Reading.Reload);

    /// <summary>04 and later: the server knows who is online.</summary>
    public static TheoryData<string> WithPresence => Where(technique => technique.HasPresence);

    public static TheoryData<string> WithWebhooks => Where(technique => technique.HasWebhooks);

    /// <summary>Those of one server. 06 is 05 to a visitor, and its webhooks have tests of their own.</summary>
    public static TheoryData<string> OfOneServer => Where(technique => !technique.HasWebhooks);

    /// <summary>The folder of a step by its number.</summary>
    public static string Folder(int number) => Technique.All.Single(technique => technique.Number == number).Folder;

    /// <summary>A file of a step, or its folder.</summary>
    public static string PathOf(string folder, string file = "") =>
        Path.Combine(Classroom.Repository.Root, folder, file);

    static TheoryData<string> Where(Func<Technique, bool> such) =>
        [.. Technique.All.Where(such).Select(technique => technique.Folder)];
}
