import ArgumentParser
import Foundation

/// Feeds broken input to the decoders and text kernels until the time is up, and names the input that broke one.
///
/// Each subject runs in a process of its own. Before each execution its number is written to a file; seed and number
/// make the input, so that after a trap, a hang or an allocation over the limit the input is known and can be made
/// again.
@main
struct FuzzCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "npu-fuzz", abstract: "Mutate inputs until something breaks or the time is up.",
    discussion: "Exit status 0 when nothing broke, 1 when something did.")

  @Option(help: "What to break; everything if not given.")
  var subject: FuzzSubjects?
  @Option(help: "How long each subject runs, in seconds.")
  var seconds = 60
  @Option(help: "The seed of all inputs.")
  var seed: UInt64 = 1
  @Option(help: "Folders whose files are mutated besides the inputs that are made.")
  var corpus: [String] = []
  @Option(help: "The folder for progress files and for inputs that broke something.")
  var output = ".build/fuzz"
  @Option(help: "Run this one execution of the subject again, in this process, and keep its input.")
  var iteration: UInt64?
  @Flag(help: .hidden)
  var worker = false

  func validate() throws {
    guard (1...86_400).contains(seconds) else { throw ValidationError("--seconds takes 1 to 86400, not \(seconds).") }
    if iteration != nil || worker, subject == nil { throw ValidationError("--iteration needs a --subject.") }
  }

  func run() throws {
    try FileManager.default.createDirectory(atPath: output, withIntermediateDirectories: true)
    if let subject, worker || iteration != nil {
      let run = FuzzRun(subject: subject.make(corpus: try FuzzCorpus(folders: corpus)), seed: seed)
      if let iteration {
        let path = "\(output)/\(subject.rawValue)-\(seed)-\(iteration).input"
        print("The input of execution \(iteration) goes to \(path).")
        try Data(run.input(iteration)).write(to: URL(filePath: path))
        print("Execution \(iteration): \(run.execute(iteration))")
      } else {
        try run.loop(seconds: seconds, progress: progressPath(subject))
      }
      return
    }
    var failed = false
    for subject in subject.map({ [$0] }) ?? FuzzSubjects.allCases {
      if try !supervise(subject) { failed = true }
    }
    if failed { throw ExitCode(1) }
  }

  private func progressPath(_ subject: FuzzSubjects) -> String { "\(output)/\(subject.rawValue).progress" }

  /// Runs a subject in a child, and says how it ended; false if it broke.
  private func supervise(_ subject: FuzzSubjects) throws -> Bool {
    let child = Process()
    child.executableURL = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
    child.arguments =
      ["--worker", "--subject", subject.rawValue, "--seconds", "\(seconds)", "--seed", "\(seed)", "--output", output]
      + corpus.flatMap { ["--corpus", $0] }
    try child.run()
    child.waitUntilExit()
    if child.terminationReason == .exit, child.terminationStatus == 0 { return true }
    let number = FileManager.default.contents(atPath: progressPath(subject)).map(FuzzProgress.number)
    let reason =
      switch (child.terminationReason, child.terminationStatus) {
      case (.uncaughtSignal, SIGALRM): "ran longer than \(FuzzRun.hangSeconds) s"
      case (.uncaughtSignal, let signal): "was ended by signal \(signal)"
      case (_, let status): "exited with status \(status)"
      }
    let again = number.map { "npu-fuzz --subject \(subject.rawValue) --seed \(seed) --iteration \($0)" }
    let folders = corpus.map { " --corpus \($0)" }.joined()
    print("\(subject.rawValue): BROKEN, \(reason). Again with: \(again.map { $0 + folders } ?? "the same seed")")
    return false
  }
}
