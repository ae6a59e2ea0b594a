import ArgumentParser
import NPUTestKit
import ToolSupport

/// The command that starts the service under test.
struct ProcessOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Line for a shell that starts the service in the foreground; the drill kills, stops and restarts it. A line that "
        + "does more ends with 'exec PROGRAM', so that signals reach the service.",
      valueName: "line"))
  var command: String?
  @Option(help: ArgumentHelp("Path that answers with 200 once the service is ready.", valueName: "path"))
  var readyPath = "/health"
  @Option(help: ArgumentHelp("How long the service may take to become ready.", valueName: "seconds"))
  var readyTimeout = Seconds(600)

  func validate() throws {
    try ValidationError.unless("--ready-timeout", readyTimeout.number, isAbove: 0, unit: "seconds")
  }
}

extension ProcessOptions {
  /// The service, started by the command and ready.
  struct Started: Sendable {
    let process: ServiceProcess

    var underTest: ProcessUnderTest { ProcessUnderTest(process) }

    /// Stops it; what does not go is told and left.
    func stop() async {
      do { try await process.stop() } catch { Console.note("Warning: \(error)") }
    }
  }

  /// Starts the service and waits until it is ready; `nil` without a command.
  ///
  /// - Throws: What keeps it from becoming ready, with the end of its log.
  func start(at service: ServiceConfiguration) async throws -> Started? {
    guard let command else { return nil }
    let endpoint = service.endpoint
    guard endpoint.unixSocketPath == nil else {
      throw ValidationError(
        "--command needs a --base-url of a host and a port; a socket cannot be asked for its state.")
    }
    let ready = ReadinessProbe(url: endpoint.description + readyPath, timeout: readyTimeout.duration)
    let description = LaunchDescription(
      name: "service under test", program: "/bin/sh", arguments: ["-c", Self.line(of: command)], readiness: ready,
      baseURL: endpoint.description)
    // The key reaches the service by the line, a file or the environment, and may stand in its log.
    let process = ServiceProcess(description, concealing: Redactor(service))
    do {
      try await process.start()
      let time = try await process.waitUntilReady()
      Console.note("The service is ready after \((time / .milliseconds(100)).rounded() / 10) s.")
    } catch {
      _ = try? await process.stop()
      throw error
    }
    return Started(process: process)
  }
}

extension ProcessOptions {
  /// The line that a shell is given: one of a single program becomes that program, so that signals reach it.
  ///
  /// A line that sets variables, or does something before it starts the service, is left as it is.
  static func line(of command: String) -> String {
    let first = command.split(whereSeparator: \.isWhitespace).first ?? ""
    let isBuiltin = [".", "source", "cd", "export", "exec", "set", "ulimit", "umask", "eval"].contains(first)
    let isCompound = command.utf8.contains { ";&|(){}<>`\n".utf8.contains($0) }
    return isBuiltin || isCompound || first.contains("=") ? command : "exec " + command
  }
}
