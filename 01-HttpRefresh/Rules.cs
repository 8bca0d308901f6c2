using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Text;

// The rules for names and texts that the framework does not have. The same file in all steps: you
// may leave it closed. Where a rule is used, C# lets the word Attribute be left out: [NotBlank].

/// <summary>Required, and not only blanks or other characters that nobody sees.</summary>
class NotBlankAttribute : RequiredAttribute
{
    // They count as letters and symbols, but have no shape: fillers of Hangul and of Braille.
    const string Fillers = "\u115F\u1160\u3164\uFFA0\u2800";

    // A rune is a whole character: some, such as emoji, take two of C#'s.
    public override bool IsValid(object? value)
    {
        return value is string text && text.EnumerateRunes().Any(IsVisible);
    }

    static bool IsVisible(Rune rune)
    {
        // A format character (U+200B is one) has no shape, and a mark only together with a letter.
        var category = Rune.GetUnicodeCategory(rune);
        return category != UnicodeCategory.Format
            && category != UnicodeCategory.NonSpacingMark
            && !Rune.IsWhiteSpace(rune)
            && !Fillers.Contains(rune.ToString());
    }
}

/// <summary>No line breaks and the like: they could forge a line of the server's log.</summary>
class NoControlCharactersAttribute : ValidationAttribute
{
    public override bool IsValid(object? value)
    {
        return value is not string text || !text.Any(IsForbidden);
    }

    public override string FormatErrorMessage(string name)
    {
        return $"The {name} field must not contain control characters.";
    }

    protected virtual bool IsForbidden(char character)
    {
        return char.IsControl(character);
    }
}

/// <summary>As above, and none that turns the direction of writing, such as U+202E.</summary>
// A text stands at the end of its line, and turns only itself. A name would turn what follows it.
class PlainNameAttribute : NoControlCharactersAttribute
{
    protected override bool IsForbidden(char character)
    {
        return base.IsForbidden(character)
            || character is (>= '\u202A' and <= '\u202E') or (>= '\u2066' and <= '\u2069');
    }
}
