using System.Globalization;
using System.Net;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Classroom;

/// <summary>The comparison of the steps with one class, as text, JSON and a page.</summary>
class Report(IReadOnlyList<Figures> figures, bool cold, string command)
{
    static readonly JsonSerializerOptions Indented = new(JsonSerializerOptions.Web)
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new NotMeasured() },
    };

    protected IReadOnlyList<Figures> Figures => figures;

    protected string Rehearsed => cold
        ? " The servers are cold: their figures include what the runtime needs to compile them."
        : " Before it counts, each server is rehearsed, so that it is compiled.";

    protected virtual string Title => "What it costs to deliver a message";

    public virtual Table Table
    {
        get
        {
            var table = new Table(
                "Step", "Median delay", "99 %", "Worst", "Requests", "Nothing new", "Frames, events", "Up, B",
                "Down, B",
                "CPU, µs", "Idle CPU, ms", "Memory, KB", "Connections", "Lost", "Duplicated", "Disordered");
            foreach (var one in figures)
            {
                table.Add(Name(one), Unit.Time(one.DelayMedian), Unit.Time(one.Delay99), Unit.Time(one.DelayWorst),
                    Unit.Count(one.Requests), Unit.Count(one.NothingNew), Unit.Count(one.Events),
                    Unit.Number(one.UpPerDelivery), Unit.Number(one.DownPerDelivery), Unit.Number(one.CpuPerDelivery),
                    Unit.Number(one.IdleCpuPerClientMinute), Unit.Number(one.MemoryPerClient / 1024),
                    Unit.Count(one.Connections),
                    Unit.Count(one.Lost), Unit.Count(one.Duplicated), Unit.Count(one.Disordered));
            }
            return table;
        }
    }

    /// <summary>How each column was measured.</summary>
    protected virtual IEnumerable<string> Notes
    {
        get
        {
            if (figures is not [var first, ..])
            {
                yield break;
            }
            yield return $"{Unit.Plural(first.Students, "student")}, one in five of whom writes: "
                + $"{Unit.Plural(first.Sent, "message")}, each delivered to each student, at even distances. " +
                "01 reloads the page every 10 s, 02 asks every 3 s." + Rehearsed;
            yield return "Median delay, 99 %, Worst: from stored on the server to received by another student than "
                + "the writer, on one clock; by nearest rank.";
            yield return "Requests, Nothing new (of these), Frames both ways, events: of all students together, to "
                + "sit down and from the first message " +
                "until everybody had the last one.";
            yield return "Up, Down: bytes per message delivered, over the same time, handshakes and headers "
                + "included, as counted between students and server " +
                "above TCP. Students send the headers of a Chrome.";
            yield return "CPU: the server's processor time per message delivered, from the first message until "
                + "everybody had the last one.";
            yield return first.IdleSeconds > 0
                ? $"Idle CPU: the server's processor time per student and minute when nobody writes, over "
                    + $"{Unit.Number(first.IdleSeconds)} s afterwards."
                : "Idle CPU: not measured.";
            yield return MemoryNote(first);
            if (figures.Any(one => Technique.Of(one.Step).HasWebhooks))
            {
                yield return "06 has two servers: students write on one and read on the other, and the webhooks "
                    + "between them are in its bytes and connections, not in its requests. CPU and memory are of both.";
            }
            yield return "Connections: open through the wire at the end. Lost, Duplicated, Disordered: over all "
                + "students; any but 0 is a fault.";
        }
    }

    public string Text => $"{Table}\n{string.Concat(Notes.Select(note => $"- {note}\n"))}\n{Measured('`')}";

    public string Json => JsonSerializer.Serialize(new { command, machine = Machine.Description, figures }, Indented);

    /// <summary>One page, complete in itself, without script.</summary>
    public string Html => $"""
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width">
        <title>{Title}</title>
        <style>
        {Style}
        </style>
        </head>
        <body>
        <h1>{Title}</h1>
        {string.Join('\n', Charts)}
        <div class="table" role="region" aria-label="All figures" tabindex="0">
        <table>
        <tr>{string.Concat(Table.Columns.Select(Heading))}</tr>
        {string.Join('\n', Table.Rows.Select(Row))}
        </table>
        </div>
        <ul>
        {string.Join('\n', Notes.Select(note => $"<li>{WebUtility.HtmlEncode(note)}</li>"))}
        </ul>
        <p>{WebUtility.HtmlEncode(Measured('\u2009'))}</p>
        </body>
        </html>

        """;

    static string Heading(string column) => $"<th scope=\"col\">{WebUtility.HtmlEncode(column)}</th>";

    static string Row(string[] cells)
    {
        var figures = string.Concat(cells[1..].Select(cell => $"<td>{cell}</td>"));
        return $"<tr><th scope=\"row\">{cells[0]}</th>{figures}</tr>";
    }

    protected virtual IEnumerable<string> Charts =>
    [
        Chart.Delays("How late a message is", figures),
        Chart.Bars("Requests per message delivered", "answered with something", "with nothing new", figures,
            one => (one.Requests - one.NothingNew) / (double)one.Delivered,
            one => one.NothingNew / (double)one.Delivered),
        Chart.Bars("Bytes per message delivered", "from the server", "to the server", figures,
            one => one.DownPerDelivery, one => one.UpPerDelivery),
    ];

    static string MemoryNote(Figures first) =>
        double.IsNaN(first.MemoryPerClient) ? "Memory: not measured; too few clients to be told from noise."
        : first.MemoryClients == first.Students ? "Memory: (resident memory of the server with the class seated − "
            + "before) / students."
        : $"Memory: (resident memory of the server with {first.MemoryClients} more clients connected − before) / "
            + $"{first.MemoryClients}; what {Unit.Plural(first.Students, "student")} cost cannot be told from noise.";

    /// <summary>"03 LongPolling" of "03-LongPolling".</summary>
    protected static string Name(Figures one) => one.Step.Replace('-', ' ');

    string Measured(char quote) =>
        $"Measured on {DateTime.Now.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)} by {quote}{command}{quote} "
        + $"on {Machine.Description}.{Machine.Warning}";

    const string Style = """
        :root {
          color-scheme: light dark;
          --paper: #fff; --ink: #15181c; --faint: #59616b; --rule: #c9ced6;
          --a: #0a58a8; --b: #c2570c; --c: #23712f; --d: #8a2a8e; --e: #a5173a; --f: #3d4752;
        }
        @media (prefers-color-scheme: dark) {
          :root {
            --paper: #14171b; --ink: #f2f4f7; --faint: #aab3be; --rule: #434b55;
            --a: #79b8ff; --b: #ffab70; --c: #85d894; --d: #e3a2e6; --e: #ff9aae; --f: #c3ccd6;
          }
        }
        body { margin: 0 auto; padding: 1rem; max-width: 96rem; background: var(--paper); color: var(--ink); }
        body { font: 1.25rem/1.4 system-ui, sans-serif; }
        h1 { font-size: 2.2rem; line-height: 1.15; margin: .5rem 0 1rem; }
        figure { margin: 0 0 2.5rem; max-width: 66rem; }
        figcaption { font-size: 1.7rem; font-weight: 600; margin-bottom: .5rem; }
        svg { display: block; width: 100%; height: auto; font-size: 20px; }
        svg text { fill: var(--ink); }
        svg .faint { fill: var(--faint); font-size: 17px; }
        svg .grid { stroke: var(--rule); }
        .table { overflow-x: auto; }
        table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
        th, td { padding: .35rem .6rem; border-bottom: 1px solid var(--rule); text-align: right; white-space: nowrap; }
        tr > :first-child { text-align: left; position: sticky; left: 0; background: var(--paper); }
        tr:first-child th { vertical-align: bottom; white-space: normal; }
        ul, p { font-size: 1.05rem; color: var(--faint); padding-left: 1.2rem; }
        p { margin: 0; padding: 0; }
        """;

    /// <summary>Writes what was not measured, or divided by nothing, as null: JSON has no other word for it.</summary>
    sealed class NotMeasured : JsonConverter<double>
    {
        public override double Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options) =>
            reader.TokenType == JsonTokenType.Null ? double.NaN : reader.GetDouble();

        public override void Write(Utf8JsonWriter writer, double value, JsonSerializerOptions options)
        {
            if (double.IsFinite(value))
            {
                writer.WriteNumberValue(Math.Round(value, 3));
            }
            else
            {
                writer.WriteNullValue();
            }
        }
    }
}
