namespace Classroom;

/// <summary>The figures of compare for a projector: the table on two screens, then a plot on each.</summary>
static class ComparisonPage
{
    public static string Write(ComparisonResult result)
    {
        var page = new Page("What each technique costs");
        var report = new ComparisonReport(result);
        page.AddTable(
            "What it costs to connect and to deliver", report.TableOf(FigureSection.All.Take(2)), report.Measured);
        page.AddTable("What it costs to stay, and in two classes", report.TableOf(FigureSection.All.Skip(2)));
        page.AddPlot("How late is a message?",
            Plot.Delays("Delay", Row("delayMedian"), Row("delayWorst"), result.Steps),
            "Seconds where the client asks now and then, thousandths where the server speaks at once: nobody sees a "
            + "difference between those. The line leads to the worst.");
        page.AddPlot("How many answers are in vain?",
            Plot.Pairs("Answers in vain", Row("busyNothingNew"), Row("quietNothingNew"), result.Steps),
            "In a busy class every question finds a message; in a quiet one most are in vain. What the server sends "
            + "by itself never is.");
        AddBars("What does one message weigh?", "deliverBytes",
            "The whole page, then a question and an answer with all their headers, then little more than the message "
            + "itself; 06 has a webhook on the way.");
        AddBars("What does one message cost the server?", "deliverCpu",
            "A message that has to be asked for costs a whole request; on an open connection it costs less. 06 is two "
            + "servers.");
        AddBars("What does an hour of silence cost?", "keepRequests",
            "Whoever asks every few seconds asks a thousand times for nothing; an open connection asks nothing.");
        AddBars("What does one silent client weigh in an hour?", "keepBytes",
            "Headers, again and again, against a few bytes of pings and heartbeats.");
        AddBars("What does it cost the server to keep a client?", "keepCpu",
            "Less than a second in an hour: what is held open is not free, and asking costs more.");
        AddBars("What does the server hold for one client?", "heldBytes",
            "Nobody is heavy: each takes some thousand bytes, and one who waits or listens not much more than one who "
            + "asks.");
        page.AddList("What each row is", report.Sentences);
        return page.ToString();

        void AddBars(string heading, string key, string sentence) =>
            page.AddPlot(heading, Plot.Bars(heading, Row(key), result.Steps), sentence);
    }

    static FigureRow Row(string key) => FigureSection.AllRows.First(row => row.Key == key);
}
