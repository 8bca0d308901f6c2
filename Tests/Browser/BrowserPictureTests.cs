using System.Buffers.Binary;
using Classroom;

namespace Tests;

/// <summary>Pictures of two people talking, for the README and for whoever changes the page.</summary>
[Collection("Browser, waiting")]
public sealed class BrowserPictureTests(BrowserFixture fixture) : BrowserTests(fixture)
{
    [BrowserTheory, MemberData(nameof(Steps))]
    public async Task Each_step_has_its_pictures(string step)
    {
        await Fixture.RunAsync("pictures", step, TakeAsync);
        foreach (var (file, _, width, height) in Pictures(step))
        {
            var header = (await File.ReadAllBytesAsync(file)).AsSpan(0, 24);
            Assert.True(header.StartsWith<byte>([0x89, .. "PNG\r\n\u001A\n"u8]));
            Assert.Equal((width, height), (BinaryPrimitives.ReadInt32BigEndian(header[16..]), BinaryPrimitives.ReadInt32BigEndian(header[20..])));
        }
    }

    async Task TakeAsync(string step)
    {
        await using var server = await StepProcess.StartAsync(step);
        await using var other = BrowserChat.HasWebhooks(step) ? await StepProcess.StartAsync(step) : null;
        await using var bob = Student.Create(step, server.BaseAddress, "Bob");
        var alice = await Session.OpenWindowAsync();
        try
        {
            bob.Start();
            await bob.Connected;
            await bob.SendAsync("Good morning, Alice!");
            await alice.OpenChatAsync(server.BaseAddress, "Alice");
            await alice.WaitForTextAsync("Good morning, Alice!");
            await BothSayAsync("Can you see this, and do you have to ask for it?", "Yes. The panel shows how it came.");
            await BothSayAsync("How late was it? The number at the right says so.", "Добрий день, Bob: letters of any language get through.");
            if (other is not null)
            {
                await BrowserChat.SubscribeAsync(alice, other.BaseAddress);
                await BrowserChat.VisitAsync(step, other.BaseAddress, "Bob", "And this is from the other server.");
                await alice.WaitForTextAsync("And this is from the other server.");
            }
            await BothSayAsync("The next step does the same in another way.", "Then let us compare the two.");
            foreach (var (file, scheme, width, height) in Pictures(step))
            {
                Directory.CreateDirectory(Path.GetDirectoryName(file)!);
                await alice.PreferAsync(scheme);
                await alice.ResizeAsync(width, height);
                // As if the page had had this size from the beginning.
                await alice.RunAsync("for (const list of [messages, wire]) list.scrollTop = list.scrollHeight");
                await File.WriteAllBytesAsync(file, await alice.PictureAsync());
            }
        }
        finally
        {
            await alice.CloseAsync();
        }

        async Task BothSayAsync(string question, string answer)
        {
            await bob.SendAsync(question);
            await Task.Delay(1500); // Alice reads and types: meanwhile it comes, or has to wait.
            await alice.SayAsync(answer);
            await alice.WaitForTextAsync(answer);
            await alice.WaitForTextAsync(question);
        }
    }

    static IEnumerable<(string File, string Scheme, int Width, int Height)> Pictures(string step) =>
        from scheme in new[] { "light", "dark" }
        from size in new[] { (Width: 1100, Height: 850), (Width: 390, Height: 844) }
        select (Path.Combine(Repository.Root, "screenshots", $"{step}-{scheme}-{size.Width}x{size.Height}.png"), scheme, size.Width, size.Height);
}
