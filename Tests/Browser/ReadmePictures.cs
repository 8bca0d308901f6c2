using System.Security.Cryptography;
using Classroom;

namespace Tests;

/// <summary>
/// Makes the README's pictures, in the folder that the environment variable PICTURES names. Not a test: whoever changes
/// a page runs it, and looks at them.
/// </summary>
[Collection("Browser")]
public sealed class ReadmePictures(BrowserFixture fixture) : BrowserTests(fixture)
{
    const int Gap = 12;

    static readonly string Folder = Path.Combine(Repository.Root, PictureDiscoverer.Folder ?? "");

    /// <summary>The page files that the pictures show, with their SHA-256, as sha256sum writes them.</summary>
    public static string MadeFrom() => string.Concat(
        from path in PageFiles()
        let hash = SHA256.HashData(File.ReadAllBytes(Path.Combine(Repository.Root, path)))
        select $"{Convert.ToHexStringLower(hash)}  {path}\n");

    static IEnumerable<string> PageFiles()
    {
        var steps =
            from number in new[] { 4, 6 }
            from file in new[] { "index.html", "style.css", "page.js", "chat.js" }
            select $"{Steps.Folder(number)}/{file}";
        return steps.Concat(["Classroom/Race/race.html", "Classroom/Race/race.css", "Classroom/Race/race.js"]);
    }

    [PictureFact]
    public async Task Two_windows_talk()
    {
        const int Width = 600;
        const int Height = 900;
        await using var server = await StepProcess.StartAsync(Steps.Folder(4));
        var (alice, bob) = (await Session.OpenWindowAsync(), await Session.OpenWindowAsync());
        await OpenAsync(alice, server.BaseAddress, "Alice", Width, Height);
        await OpenAsync(bob, server.BaseAddress, "Bob", Width, Height);
        foreach (var window in new[] { alice, bob })
        {
            await window.WaitUntilAsync("document.getElementById('users').textContent === 'Alice, Bob'");
        }
        await TellAsync(alice, "Hello Bob! Do you see this?", bob);
        await TellAsync(bob, "Yes, at once. The panel below shows how it came.", alice);

        // Side by side, in one picture.
        var pictures = new[] { await alice.PictureAsync(), await bob.PictureAsync() };
        await bob.CloseAsync();
        await alice.GoAsync("about:blank");
        await alice.ResizeAsync(2 * Width + 3 * Gap, Height + 2 * Gap);
        await alice.RunAsync(
            """
            const gap = arguments[2];
            document.body.style = `margin: 0; padding: ${gap}px; display: flex; gap: ${gap}px; background: #8b93a3`;
            for (const base64 of [arguments[0], arguments[1]])
              document.body.append(
                Object.assign(new Image(), { src: `data:image/png;base64,${base64}`, style: "display: block" }));
            """,
            Convert.ToBase64String(pictures[0]), Convert.ToBase64String(pictures[1]), Gap);
        await alice.WaitUntilAsync("[...document.images].every(image => image.complete && image.naturalWidth > 0)");
        await SaveAsync(alice, "two-windows.png");
    }

    [PictureFact]
    public async Task Two_servers_are_one_chat()
    {
        // The picture shows the addresses that the README names.
        var (here, there) = (new Uri("http://localhost:3000"), new Uri("http://localhost:3001"));
        await using var one = await StepProcess.StartAsync(Steps.Folder(6), here.Port);
        await using var other = await StepProcess.StartAsync(Steps.Folder(6), there.Port);
        var (alice, bob) = (await Session.OpenWindowAsync(), await Session.OpenWindowAsync());
        await OpenAsync(alice, here, "Alice", 1100, 850);
        await OpenAsync(bob, there, "Bob", 1100, 850);
        await ChatPage.SubscribeAsync(bob, here);
        await ChatPage.SubscribeAsync(alice, there);
        await TellAsync(alice, "Hello Bob, over there!", bob);
        await TellAsync(bob, "Hello Alice! Yours came by webhook.", alice);
        await bob.WaitUntilAsync("document.getElementById('webhooks').textContent.includes('attempt 1 · 204')");
        await alice.CloseAsync();
        await SaveAsync(bob, "webhooks.png");
    }

    [PictureFact]
    public async Task Six_lanes_race()
    {
        var race = new RaceFixture();
        await race.InitializeAsync();
        try
        {
            var window = await Session.OpenWindowAsync();
            await window.ResizeAsync(1280, 720, deviceScaleFactor: 0.8);
            await window.PreferAsync("light");
            await window.GoAsync(race.Address.ToString());
            await race.WaitAsync("02 has asked in vain", lane => lane.Traffic.Empty >= 3, 2);
            await window.ClickAsync("#text");
            await window.TypeAsync("Hello Bob! Do you see this?");
            await window.PressAsync(BrowserWindow.Enter);
            await race.WaitAsync("02 has it", lane => lane.Tally.Arrived == 1, 2);
            await window.WaitUntilAsync("document.querySelector('.lane .dot').getAnimations()[0].currentTime > 4200");
            await window.ClickAsync("#refresh");
            await race.WaitAsync("all have it", lane => lane.Tally.Arrived == 1);
            await window.WaitUntilAsync("document.querySelector('.state').textContent.endsWith('loaded')");
            await SaveAsync(window, "race.png");
        }
        finally
        {
            await race.DisposeAsync();
        }
    }

    static async Task OpenAsync(BrowserWindow window, Uri server, string user, int width, int height)
    {
        await window.ResizeAsync(width, height);
        await window.PreferAsync("light");
        await window.OpenChatAsync(server, user);
        await window.WaitUntilConnectedAsync();
    }

    static async Task TellAsync(BrowserWindow from, string text, BrowserWindow to)
    {
        await from.SayAsync(text);
        await from.WaitForTextAsync(text);
        await to.WaitForTextAsync(text);
    }

    static async Task SaveAsync(BrowserWindow window, string file)
    {
        var picture = await window.PictureAsync();
        await window.CloseAsync();
        Directory.CreateDirectory(Folder);
        await File.WriteAllBytesAsync(Path.Combine(Folder, file), picture);
        await File.WriteAllTextAsync(Path.Combine(Folder, "made-from"), MadeFrom());
        Assert.InRange(picture.Length, 10_000, ReadmeTests.LargestPicture);
    }
}
