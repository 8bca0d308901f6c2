using Classroom;

namespace Tests;

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
        Path.Combine(Repository.Root, folder, file);

    static TheoryData<string> Where(Func<Technique, bool> such) =>
        [.. Technique.All.Where(such).Select(technique => technique.Folder)];
}
