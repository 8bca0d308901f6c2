namespace Classroom;

/// <summary>A lane at one moment, as the page shows it.</summary>
/// <param name="Traffic">Since the counters were set to 0.</param>
/// <param name="Open">Connections that are open now.</param>
/// <param name="Sent">Messages that were written since then.</param>
/// <param name="Tally">What has become of them; with a class, with whom it is worst.</param>
/// <param name="Reconnecting">The student's page says so.</param>
/// <param name="Faults">What is broken now: frozen, refusing, delayed, restarting.</param>
readonly record struct LaneCounters(
    Traffic Traffic, int Open, int Sent, Tally Tally, bool Reconnecting, string Faults);
