internal import NPUBase
public import NPUTransport

/// How a service is started: program, arguments, environment, files, and how one sees that it is ready.
///
/// ```swift
/// let service = LaunchDescription.vLLM(model: "/data/models/Qwen2-7B-Chat", tensorParallelSize: 4)
/// print(service.commandLine)
/// ```
///
/// Its static functions give those of the guides: vLLM, MindIE, the Flask servers and HiDream. All of them can be changed
/// afterwards.
public struct LaunchDescription: Sendable, Hashable, Codable {
  /// What the service is called in messages.
  public var name: String
  /// The program: a path, or a name that is looked for in `PATH`.
  public var program: String
  /// Its arguments.
  public var arguments: [String]
  /// Variables of its environment, beside those that the host has anyway.
  public var environment: [String: String]
  /// Variables whose values must not be shown, such as `VLLM_API_KEY`; encoded they are a mark.
  public var secrets: [String: Secret]
  /// The folder in which it runs; `nil` for that of this process, or of the user on another machine.
  public var workingFolder: String?
  /// How one sees that it is ready; `nil` for a program that is ready when it runs.
  public var readiness: ReadinessProbe?
  /// Where its requests go, as seen from this machine.
  public var baseURL: String
  /// Files that are written before each start.
  public var files: [LaunchFile]

  /// Creates a description.
  public init(
    name: String, program: String, arguments: [String] = [], environment: [String: String] = [:],
    secrets: [String: Secret] = [:], workingFolder: String? = nil, readiness: ReadinessProbe? = nil,
    baseURL: String = "", files: [LaunchFile] = []
  ) {
    self.name = name
    self.program = program
    self.arguments = arguments
    self.environment = environment
    self.secrets = secrets
    self.workingFolder = workingFolder
    self.readiness = readiness
    self.baseURL = baseURL
    self.files = files
  }

  /// The command as one would type it into a shell, variables first; secrets are marks.
  public var commandLine: String {
    let variables =
      environment.sorted { $0.key < $1.key }.map { "\($0.key)=\(ShellText.readable($0.value))" }
      + secrets.keys.sorted().map { "\($0)=\(Redactor.mark)" }
    return redactor.clean((variables + ([program] + arguments).map(ShellText.readable)).joined(separator: " "))
  }

  /// Takes the secrets of the description out of texts, such as the service's log.
  package var redactor: Redactor {
    var texts = secrets.values.map { $0.reveal() }
    texts += ShellSecrets.values(of: arguments)
    // One argument may be a whole line for a shell.
    texts += arguments.filter { $0.contains(where: \.isWhitespace) }.flatMap(ShellSecrets.values(in:))
    // What somebody put among the open variables is shown to nobody all the same.
    texts += environment.compactMap { ShellSecrets.isSecret($0.key[...]) ? $0.value : nil }
    return Redactor(texts)
  }
}

extension LaunchDescription: CustomStringConvertible {
  /// Name and command, without secrets.
  public var description: String { "\(name): \(commandLine)" }
}

/// A file that a service reads at its start, readable by its owner alone.
///
/// MindIE refuses a configuration that others than owner and group can read.
public struct LaunchFile: Sendable, Hashable, Codable {
  /// Where it is written; a relative path begins in the working folder.
  ///
  /// Its folder is created if it is missing.
  public var path: String
  /// What it holds.
  public var text: String

  /// Creates a file.
  public init(path: String, text: String) {
    self.path = path
    self.text = text
  }
}
