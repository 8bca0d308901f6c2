namespace Classroom;

/// <summary>What has become of the messages of the race, with a student or in a lane.</summary>
/// <param name="Arrived">How many are there.</param>
/// <param name="Missing">How many are not, and do not come any more: a later one is there, or the server that knew
/// them was restarted.</param>
/// <param name="Twice">How often one came once more.</param>
readonly record struct Tally(int Arrived, int Missing, int Twice);
