using System.Collections.Concurrent;
using Classroom;

namespace Tests;

/// <summary>Complete, in order, once: whatever the technique, and whoever drops out meanwhile.</summary>
public sealed class DeliveryTests
{
    const int Senders = 20;
    const int Texts = 50;
    const int Readers = 20;

    // The pages' times would only make the test longer.
    static readonly StudentOptions Quick = new()
    {
        FirstRetry = TimeSpan.FromMilliseconds(20),
        LongestRetry = TimeSpan.FromMilliseconds(100),
        Poll = TimeSpan.FromMilliseconds(50),
    };

    [StepTheory, MemberData(nameof(Steps.Updating), MemberType = typeof(Steps))]
    public async Task A_thousand_messages_of_20_senders_reach_20_readers_of_whom_half_come_and_go(string name)
    {
        await using var step = HostedStep.Start(name);
        await using var wire = await Wire.StartAsync(step.BaseAddress);
        var senders = Students(Senders, "Sender", _ => step.BaseAddress);
        var dropping = Students(Readers / 2, "Dropping reader", _ => wire.Address);
        var staying = Students(Readers / 2, "Staying reader", _ => step.BaseAddress);
        Student[] readers = [.. dropping, .. staying];
        try
        {
            foreach (var student in senders.Concat(readers))
            {
                student.Start();
            }
            await Task.WhenAll(senders.Concat(readers).Select(student => student.Connected)).WaitAsync(Wait.Patience);

            var sent = new ConcurrentBag<(long Id, string User, string Text)>();
            var sending = Task.WhenAll(senders.Select(async sender =>
            {
                for (var i = 1; i <= Texts; i++)
                {
                    var text = $"Message {i}";
                    sent.Add((await sender.SendAsync(text), sender.Name, text));
                }
            }));
            // Every hundred messages, all that goes over the wire is cut.
            var cut = 0;
            for (var count = 100; count < Senders * Texts; count += 100)
            {
                await Wait.UntilAsync(() => sent.Count >= count || sending.IsCompleted, $"{count} messages");
                await Wait.UntilAsync(() => wire.Open > 0, "readers that are back");
                cut += wire.Cut();
            }
            await sending.WaitAsync(Wait.Patience);

            var expected = sent.OrderBy(message => message.Id).ToArray();
            Assert.Equal(
                Enumerable.Range(0, Senders * Texts).Select(i => expected[0].Id + i),
                expected.Select(message => message.Id));
            foreach (var sender in senders)
            {
                Assert.Equal(
                    Enumerable.Range(1, Texts).Select(i => $"Message {i}"),
                    expected.Where(message => message.User == sender.Name).Select(message => message.Text));
            }
            await Task.WhenAll(readers.Select(reader => reader.WaitForCountAsync(Senders * Texts)))
                .WaitAsync(Wait.Patience);
            foreach (var reader in readers)
            {
                Assert.Equal(
                    expected, reader.Received.Select(one => (one.Message.Id, one.Message.User, one.Message.Text)));
                Assert.Equal((0, 0, 0L), (reader.Duplicates, reader.OutOfOrder, reader.Gaps));
            }
            Assert.All(staying, reader => Assert.Equal(0, reader.Failures));
            Assert.True(cut >= dropping.Length, $"{cut} connections were cut.");
            // In 02 a connection may be cut while nobody uses it: then its reader feels nothing.
            if (Technique.Of(name).Reading != Reading.ShortPoll)
            {
                Assert.All(dropping, reader => Assert.NotEqual(0, reader.Failures));
            }
        }
        finally
        {
            await Task.WhenAll(senders.Concat(readers).Select(student => student.DisposeAsync().AsTask()));
        }

        Student[] Students(int count, string title, Func<int, Uri> address) =>
            [.. Enumerable.Range(1, count).Select(i => Student.Create(name, address(i), $"{title} {i}", Quick))];
    }
}
