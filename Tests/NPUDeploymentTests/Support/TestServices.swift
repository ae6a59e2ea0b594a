import Foundation
import NPUDeployment
import TestSupport

/// A service that is a script of a shell.
func scriptedService(
  _ script: String, environment: [String: String] = [:], folder: String? = nil, readiness: ReadinessProbe? = nil,
  on host: ServiceHost = .local, log: String? = nil
) -> ServiceProcess {
  ServiceProcess(
    LaunchDescription(
      name: "script", program: "/bin/sh", arguments: ["-c", script], environment: environment, workingFolder: folder,
      readiness: readiness),
    on: host, log: log)
}

/// Processes whose numbers a script writes into a file, one a line: `echo $$ >>"$PIDS"`.
struct ProcessList {
  private let folder: TemporaryFolder
  /// The variable that names the file.
  let environment: [String: String]

  init() throws {
    folder = try TemporaryFolder()
    environment = ["PIDS": folder.file("pids")]
  }

  /// Waits until the script has written down so many processes.
  func started(_ count: Int) async throws -> [SystemProcess] {
    try await Self.started(count, environment["PIDS"] ?? "")
  }

  static func started(_ count: Int, _ path: String) async throws -> [SystemProcess] {
    while true {
      let text = (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
      // A line that is still being written has no end.
      let lines = text.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
      if lines.count >= count { return lines.compactMap { Int32($0) }.map(SystemProcess.init) }
      try Task.checkCancellation()
      await Task.yield()
    }
  }
}

/// A stand-in of ssh that runs the command here, behind a pipe of its own as the real one does; or the real one, where
/// NPUTESTKIT_SSH says how it reaches this machine.
enum StandInSSH {
  /// A machine that is reached by it; in its folder it leaves the number of what carries its input, in `carrier`.
  static func host(in folder: TemporaryFolder) throws -> ServiceHost {
    let shell = ProcessInfo.processInfo.environment["NPUTESTKIT_SSH"] ?? "sh -c"
    let script = """
      for word; do last=$word; done
      cd /
      sh -c 'echo $$ >"$1"; exec cat' carrier '\(folder.file("carrier"))' | \(shell) "$last"
      """
    return ServiceHost(command: ["/bin/sh", try folder.write(script, to: "ssh"), "-T", "tester@elsewhere"])
  }
}
