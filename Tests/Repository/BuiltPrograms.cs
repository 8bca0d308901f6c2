using System.Diagnostics;

namespace Tests;

/// <summary>
/// The programs that the pages tell to save and to start, those of Classroom/Task, and a step that was copied out: all
/// built at once, as "dotnet run" of a file alone takes as long as all of them.
/// </summary>
public sealed class BuiltPrograms : IAsyncLifetime
{
    /// <summary>What "dotnet run" of a file would build: by default, JSON needs generated code.</summary>
    const string Project = """
        <Project Sdk="SDK">
          <PropertyGroup>
            <TargetFramework>net10.0</TargetFramework>
            <OutputType>Exe</OutputType>
            <Nullable>enable</Nullable>
            <ImplicitUsings>enable</ImplicitUsings>
            <Features>FileBasedProgram</Features>
            <JsonSerializerIsReflectionEnabledByDefault>REFLECTION</JsonSerializerIsReflectionEnabledByDefault>
          </PropertyGroup>
        </Project>
        """;

    const string All = """
        <Project DefaultTargets="Build">
          <ItemGroup>
            <Programs Include="*/*.csproj" />
          </ItemGroup>
          <Target Name="Restore">
            <MSBuild Projects="@(Programs)" Targets="Restore" />
          </Target>
          <Target Name="Build">
            <MSBuild Projects="@(Programs)" Targets="Build" />
            <MSBuild Projects="05-Sse/05-Sse.csproj" Targets="Publish" Properties="NoBuild=true" />
          </Target>
        </Project>
        """;

    readonly DirectoryInfo temporary = Directory.CreateTempSubdirectory("chat-");

    public async ValueTask InitializeAsync()
    {
        foreach (var page in Page.All)
        {
            foreach (var block in page.Blocks.Where(block => block.SavedAs is not null))
            {
                Assert.InRange(block.Lines.Length, 2, 30);
                Write($"{page.Name[..2]}-{block.SavedAs}", block.Lines);
            }
        }
        foreach (var file in Directory.GetFiles($"{Repository.Root}/Classroom/Task", "*.cs"))
        {
            Write(Path.GetFileName(file), File.ReadAllLines(file));
        }
        var step = temporary.CreateSubdirectory("05-Sse").FullName;
        foreach (var file in Directory.GetFiles($"{Repository.Root}/05-Sse"))
        {
            File.Copy(file, Path.Combine(step, Path.GetFileName(file)));
        }
        var all = Path.Combine(temporary.FullName, "all.proj");
        File.WriteAllText(all, All);
        // One compiler for all of them: that takes a quarter of the time.
        using var build = new Running(new(
            "dotnet", ["build", all, "-maxCpuCount:1", "-nodeReuse:false", "-p:UseSharedCompilation=true"]));
        Assert.True(await build.EndsAsync() == 0, build.All);
    }

    public ValueTask DisposeAsync()
    {
        temporary.Delete(recursive: true);
        return ValueTask.CompletedTask;
    }

    /// <summary>Starts a program of a page: "03-smallest", or of Classroom/Task: "shop".</summary>
    internal Running Start(string name, params string[] arguments) =>
        new(new ProcessStartInfo("dotnet", [$"{temporary}/{name}/bin/Debug/net10.0/{name}.dll", .. arguments]));

    /// <summary>Starts the step that was copied and published, at a port of its own.</summary>
    internal Running StartPublished()
    {
        var published = $"{temporary}/05-Sse/bin/Debug/net10.0/publish";
        string[] options = ["--urls", "http://127.0.0.1:0", "--contentRoot", published];
        return new(new ProcessStartInfo("dotnet", [$"{published}/05-Sse.dll", .. options]));
    }

    void Write(string file, string[] lines)
    {
        var name = Path.GetFileNameWithoutExtension(file);
        var folder = temporary.CreateSubdirectory(name).FullName;
        File.WriteAllLines(Path.Combine(folder, file), lines);
        var sdk = lines.Contains("#:sdk Microsoft.NET.Sdk.Web") ? "Microsoft.NET.Sdk.Web" : "Microsoft.NET.Sdk";
        var reflection = lines.Contains("#:property PublishAot=false") ? "true" : "false";
        var project = Project.Replace("SDK", sdk).Replace("REFLECTION", reflection);
        File.WriteAllText(Path.Combine(folder, $"{name}.csproj"), project);
    }
}
