/// The machine on which a service runs.
public struct ServiceHost: Sendable, Hashable, CustomStringConvertible {
  /// What stands before a command for a shell of the machine; empty for this machine.
  public var command: [String]

  /// Creates a machine, or a container, that a command reaches.
  ///
  /// - Parameter command: What takes one text for a shell and passes standard input and output on, such as `["docker",
  ///   "exec", "-i", "vllm", "sh", "-c"]`; empty for this machine.
  public init(command: [String]) { self.command = command }

  /// This machine.
  public static let local = ServiceHost(command: [])

  /// Another machine, by ssh with a key that asks for no password.
  ///
  /// When the connection ends, the service ends with it. Where the network may fail without a word, the ssh server must
  /// notice by itself: `ClientAliveInterval 15` in its `sshd_config`.
  ///
  /// - Parameters:
  ///   - destination: Host, or user and host, such as `root@npu-1`.
  ///   - options: Further options, such as `["-p", "2222"]`.
  ///   - program: The ssh program.
  /// - Returns: The machine.
  public static func ssh(_ destination: String, options: [String] = [], program: String = "ssh") -> ServiceHost {
    // Without a terminal, without a question, and with an end when the other side says nothing for 15 seconds.
    let usual = ["-T", "-o", "BatchMode=yes", "-o", "ServerAliveInterval=5", "-o", "ServerAliveCountMax=3"]
    return ServiceHost(command: [program] + usual + options + [destination])
  }

  /// The command that runs a script of a POSIX shell on the machine.
  ///
  /// - Parameters:
  ///   - script: The script.
  ///   - arguments: What it has as `$1` and so on.
  /// - Returns: Program and arguments.
  package func shell(_ script: String, _ arguments: [String]) -> [String] {
    let words = ["/bin/sh", "-c", script, "nputestkit"] + arguments
    // ssh hands one text to the login shell of the user.
    return command.isEmpty ? words : command + ["exec " + words.map(ShellText.quoted).joined(separator: " ")]
  }

  /// The command that runs a program on the machine.
  ///
  /// - Parameter words: The program and its arguments.
  /// - Returns: Program and arguments.
  package func run(_ words: [String]) -> [String] {
    command.isEmpty ? words : command + [words.map(ShellText.quoted).joined(separator: " ")]
  }

  /// `this machine`, or the command that reaches the other.
  public var description: String { command.isEmpty ? "this machine" : command.joined(separator: " ") }
}
