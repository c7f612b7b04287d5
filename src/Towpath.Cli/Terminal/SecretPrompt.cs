namespace Towpath.Cli.Terminal;

/// <summary>Asks a person for something that must not show on the screen.</summary>
internal static class SecretPrompt
{
    private const int MostCharacters = 1000;

    /// <summary>Asks on standard error and reads keys until Enter.</summary>
    public static async Task<string> ReadAsync(string prompt, CancellationToken cancellationToken)
    {
        await Console.Error.WriteAsync(prompt);
        var typed = new System.Text.StringBuilder();
        while (true)
        {
            // A key that is waited for can't be taken back: the program ends without it.
            var key = await Task.Run(() => Console.ReadKey(intercept: true), CancellationToken.None).WaitAsync(cancellationToken);
            if (key.Key == ConsoleKey.Enter) break;
            if (key.Key == ConsoleKey.Backspace) typed.Length = Math.Max(0, typed.Length - 1);
            else if (!char.IsControl(key.KeyChar) && typed.Length < MostCharacters) typed.Append(key.KeyChar);
        }

        await Console.Error.WriteLineAsync();
        return typed.ToString();
    }
}
