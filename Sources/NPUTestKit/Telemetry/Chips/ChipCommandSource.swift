internal import NPUBase
public import NPUMetrics

/// Reads the chips by running `npu-smi info`, here or on another machine.
///
/// One call of `info` shows every chip's health, power, temperature, AI Core use and memory in whole megabytes. The
/// queries with `-t` ask one card at a time, and each call pays the start of the driver's library anew (tenths of a
/// second to seconds): eight calls for what the table has, with memory in whole percent. `info watch` holds its lines
/// back when it is piped.
public struct ChipCommandSource: TelemetrySource {
  /// The program and what comes before its arguments, such as `["ssh", "host", "npu-smi"]`.
  public var command: [String]
  /// What is asked for.
  public var arguments: [String]
  /// What runs it.
  package var runner: any CommandRunner
  /// Most bytes that are read of its output: a table of 16 chips has some 5,000.
  public var outputLimit: Int

  /// Creates a source.
  ///
  /// - Parameters:
  ///   - command: The program and what comes before its arguments. With `ssh`, a key and no password must do, and
  ///     `-o ConnectTimeout=5` tells an unreachable host from a hanging tool.
  ///   - arguments: What is asked for; empty for a program that prints a table by itself.
  ///   - outputLimit: Most bytes that are read of its output.
  public init(
    command: [String] = ["npu-smi"], arguments: [String] = ["info"], outputLimit: Int = 1 << 20
  ) {
    self.init(command: command, arguments: arguments, runner: ProcessRunner(), outputLimit: outputLimit)
  }

  /// Creates a source whose command another runner runs.
  package init(
    command: [String] = ["npu-smi"], arguments: [String] = ["info"], runner: any CommandRunner,
    outputLimit: Int = 1 << 20
  ) {
    self.command = command
    self.arguments = arguments
    self.runner = runner
    self.outputLimit = outputLimit
  }

  /// Runs the tool once and reads what it prints.
  ///
  /// - Throws: ``SampleGap`` of any kind but `unreachable`.
  public func read(timeout: Duration) async throws(SampleGap) -> ChipReport {
    let end = await runner.run(command + arguments, timeout: timeout, outputLimit: outputLimit)
    switch end.kind {
    case .exited, .signalled: return try report(of: end)
    case .timedOut:
      throw SampleGap(kind: .timeout, message: "\(name) took longer than \(timeout) and was killed")
    case .stuck:
      throw SampleGap(
        kind: .stuck,
        message: "\(name) hangs and cannot be killed, as in a call of the driver; nothing is started until it is gone")
    case .tooMuchOutput:
      throw SampleGap(kind: .tooLarge, message: "\(name) printed more than \(outputLimit) bytes and was killed")
    case .notStarted(let reason): throw SampleGap(kind: .notStarted, message: Excerpt.of(reason))
    case .cancelled: throw SampleGap(kind: .cancelled, message: "sampling ended while \(name) ran")
    }
  }

  /// What the output says; the tool prints its errors there too, and its status tells no more than they do.
  private func report(of end: CommandEnd) throws(SampleGap) -> ChipReport {
    let error: NPUSMIError
    do throws(NPUSMIError) {
      return try ChipReport(parsing: end.output.span)
    } catch let cause {
      error = cause
    }
    let status: String
    switch end.kind {
    case .exited(let code): status = "ended with status \(code)"
    case .signalled(let number): status = "was ended by signal \(number)"
    default: status = "ended"
    }
    switch error.kind {
    case .empty, .unrecognized:
      let isBad = end.kind != .exited(status: 0)
      let text = Excerpt.of(end.errors.isEmpty ? end.output : end.errors, limit: 200)
      throw SampleGap(
        kind: isBad ? .failed : .unreadable,
        message: "\(name) \(status) and printed no table: \(text.isEmpty ? "nothing" : "\"\(text)\"")")
    case .noDeviceRow, .tooLarge: throw SampleGap(kind: .unreadable, message: "\(name) \(status): \(error)")
    default: throw SampleGap(kind: .refused, message: "\(name) \(status): \(error)")
    }
  }

  /// The command for messages.
  private var name: String { Excerpt.of((command + arguments).joined(separator: " "), limit: 120) }
}

/// Runs npu-smi at an interval: a sequence of reports and gaps.
public typealias NPUSampler = TelemetrySampler<ChipCommandSource>

extension TelemetrySampler where Source == ChipCommandSource {
  /// Creates a sampler of npu-smi.
  ///
  /// - Parameters:
  ///   - command: The program and what comes before its arguments.
  ///   - plan: How often, and for how long a call may take.
  public init(command: [String], plan: SamplingPlan = SamplingPlan()) {
    self.init(source: ChipCommandSource(command: command), plan: plan)
  }
}
