namespace Classroom;

/// <summary>Students of one step who come and go together.</summary>
sealed class Audience : IAsyncDisposable
{
    /// <summary>More at the same time than a server's backlog takes would only fail and try again.</summary>
    const int AtOnce = 100;

    static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    readonly List<Student> students = [];
    readonly Technique technique;

    Audience(Technique technique) => this.technique = technique;

    public IReadOnlyList<Student> Students => students;

    /// <summary>Seats all as fast as they come in, and returns when each is connected.</summary>
    /// <param name="technique">The step's.</param>
    /// <param name="server">Where they read.</param>
    /// <param name="names">One each.</param>
    /// <param name="options">Those of each, by its place.</param>
    /// <param name="cancellation">Gives up, and lets those leave who sit.</param>
    /// <exception cref="TimeoutException">They did not sit within a minute.</exception>
    public static async Task<Audience> SeatAsync(
        Technique technique,
        Uri server,
        IReadOnlyList<string> names,
        Func<int, StudentOptions> options,
        CancellationToken cancellation)
    {
        var audience = new Audience(technique);
        try
        {
            foreach (var group in names.Index().Chunk(AtOnce))
            {
                var newcomers = group
                    .Select(place => Student.Create(technique, server, place.Item, options(place.Index)))
                    .ToArray();
                audience.students.AddRange(newcomers);
                Array.ForEach(newcomers, student => student.Start());
                await audience.ConnectedAsync(newcomers, cancellation);
            }
            return audience;
        }
        catch
        {
            await audience.DisposeAsync();
            throw;
        }
    }

    /// <summary>One client comes and goes, and the server has compiled what the others need.</summary>
    public static async Task VisitAsync(Technique technique, Uri server, CancellationToken cancellation)
    {
        await using var visitor = await SeatAsync(technique, server, OneName(1), _ => new(), cancellation);
    }

    /// <summary>
    /// Seats them one by one, at even distances over a time, so that what each does again and again is spread as
    /// evenly.
    /// </summary>
    public static async Task<Audience> SeatEvenlyAsync(
        Technique technique,
        Uri server,
        IReadOnlyCollection<string> names,
        Func<StudentOptions> options,
        TimeProvider clock,
        TimeSpan time,
        CancellationToken cancellation)
    {
        var audience = new Audience(technique);
        var started = clock.GetTimestamp();
        try
        {
            foreach (var name in names)
            {
                var place = time * audience.students.Count / names.Count;
                await Pace.UntilAsync(clock, started, place, cancellation);
                var student = Student.Create(technique, server, name, options());
                audience.students.Add(student);
                student.Start();
            }
            await audience.ConnectedAsync(audience.students, cancellation);
            await Pace.UntilAsync(clock, started, time, cancellation);
            return audience;
        }
        catch
        {
            await audience.DisposeAsync();
            throw;
        }
    }

    /// <summary>"Student 1", "Student 2", …</summary>
    public static string[] Names(int count) => [.. Enumerable.Range(1, count).Select(number => $"Student {number}")];

    /// <summary>
    /// The same name for all. Nobody is told then that one more has come: for a crowd that is to be silent.
    /// </summary>
    public static string[] OneName(int count) => [.. Enumerable.Repeat("Student", count)];

    /// <summary>Waits until each has received so many messages. Those who have not in time show as lost.</summary>
    /// <returns>Whether all have.</returns>
    public static async Task<bool> ReceiveAsync(
        IEnumerable<Student> students, int messages, TimeSpan patience, CancellationToken cancellation)
    {
        try
        {
            await Task.WhenAll(students.Select(student => student.WaitForCountAsync(messages, cancellation)))
                .WaitAsync(patience, cancellation);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    /// <summary>How late these messages came, to each student who has them; in milliseconds.</summary>
    public double[] DelaysOf(IEnumerable<string> texts)
    {
        var wanted = texts.ToHashSet();
        return [.. students
            .SelectMany(student => student.Received)
            .Where(received => wanted.Contains(received.Message.Text))
            .Select(received => received.Delay.TotalMilliseconds)];
    }

    public async ValueTask DisposeAsync() =>
        await Task.WhenAll(students.Select(student => student.DisposeAsync().AsTask()));

    async Task ConnectedAsync(IEnumerable<Student> newcomers, CancellationToken cancellation)
    {
        try
        {
            await Task.WhenAll(newcomers.Select(student => student.Connected)).WaitAsync(Patience, cancellation);
        }
        catch (TimeoutException)
        {
            var connected = students.Count(student => student.Connected.IsCompleted);
            throw new TimeoutException($"{technique}: only {connected} of {students.Count} clients were connected "
                + "within a minute; this machine is too slow, or too busy, for so many.");
        }
    }
}
