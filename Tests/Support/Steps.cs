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

    /// <summary>05 and 06: one answer that does not end.</summary>
    public static TheoryData<string> WithEventStream => Where(technique => technique.Reading == Reading.EventStream);

    public static TheoryData<string> WithWebhooks => Where(technique => technique.HasWebhooks);

    /// <summary>Those whose server is not, file by file, another step's: the server of 02 is that of 01.</summary>
    public static TheoryData<string> DifferentServers =>
        [.. Technique.All.DistinctBy(ServerOf).Select(technique => technique.Folder)];

    /// <summary>Those of <see cref="DifferentServers"/> that are one server: a visitor finds 05 in 06.</summary>
    public static TheoryData<string> AttackedServers =>
        [.. Technique.All.Where(each => !each.HasWebhooks).DistinctBy(ServerOf).Select(each => each.Folder)];

    /// <summary>One for each look of the page: style and script are the same files in all steps.</summary>
    public static TheoryData<string> DifferentLooks =>
        [.. Technique.All.DistinctBy(each => (each.HasPresence, each.HasWebhooks)).Select(each => each.Folder)];

    /// <summary>One for each way by which a page sends, and says who sends.</summary>
    public static TheoryData<string> DifferentSending =>
        [.. Technique.All.DistinctBy(each => (each.HasPresence, each.SendsByPost)).Select(each => each.Folder)];

    /// <summary>The folder of a step by its number.</summary>
    public static string Folder(int number) => Technique.All.Single(technique => technique.Number == number).Folder;

    /// <summary>A file of a step, or its folder.</summary>
    public static string PathOf(string folder, string file = "") =>
        Path.Combine(Repository.Root, folder, file);

    static string ServerOf(Technique technique) => string.Concat(
        Directory.GetFiles(PathOf(technique.Folder), "*.cs").Order(StringComparer.Ordinal).Select(File.ReadAllText));

    static TheoryData<string> Where(Func<Technique, bool> such) =>
        [.. Technique.All.Where(such).Select(technique => technique.Folder)];
}
