internal import NPUTelemetry
internal import NPUTransport
internal import Synchronization
internal import SystemPackage

/// The shell on the machine of a service, which starts, signals and sweeps as it is told.
///
/// It is gone, and with it everything that it has started, when this object is, or this process, or the connection.
final class ServiceKeeper: Sendable {
  /// What it has said so far, as far as somebody waits for it.
  fileprivate struct Heard: Sendable {
    var greets = false
    var isGone = false
    var done: [Int: Int32] = [:]
    var remnants: [ServiceRemnant] = []
    var stuck: [Int32] = []
  }

  /// How long an order may take that does no more than send a signal or write a file.
  static let patience = Duration.seconds(30)
  /// How many remnants are named.
  fileprivate static let remnantLimit = 10_000
  /// The longest piece of a file in one order, in characters.
  private static let pieceLength = 4096

  private let host: ServiceHost
  private let warden: ProcessWarden
  private let heard: Observed<Heard>
  private let numbers = Mutex(0)

  private init(host: ServiceHost, warden: ProcessWarden, heard: Observed<Heard>) {
    self.host = host
    self.warden = warden
    self.heard = heard
  }

  /// Starts the shell and waits until it takes orders.
  ///
  /// - Parameters:
  ///   - host: The machine.
  ///   - mark: The value by which processes of the service are known.
  ///   - log: Where the service prints.
  ///   - tell: Is called with every report, and with `nil` once the shell is gone.
  /// - Returns: The keeper.
  /// - Throws: ``ServiceProcessError`` of kind `host`.
  static func start(
    on host: ServiceHost, mark: String, log: ServiceLog, tell: @escaping @Sendable (KeeperReport?) -> Void
  ) async throws(ServiceProcessError) -> ServiceKeeper {
    let heard = Observed(Heard())
    let warden = await ProcessWarden.start(host.shell(KeeperScript.text, [mark]), log: log.descriptor) { line in
      let report = line.flatMap { KeeperReport($0) }
      if report == nil, line != nil { return }
      // First: who hears that it is gone finds that it is.
      heard.change { $0.note(report) }
      tell(report)
    }
    guard let warden else {
      throw ServiceProcessError(
        kind: .host, message: "there is no pipe left for a shell; close files or raise the limit with ulimit -n")
    }
    let greeting = await heard.wait(within: patience) { $0.greets || $0.isGone }
    guard let greeting, greeting.greets else {
      throw ServiceProcessError(
        kind: .host,
        message: "a shell on \(host) does not run: "
          + (greeting == nil ? "it says nothing for \(patience)" : "it ended at once")
          + "; try by hand that it can be reached without a password")
    }
    return ServiceKeeper(host: host, warden: warden, heard: heard)
  }

  /// Whether it takes orders.
  var isAlive: Bool { !heard.value.isGone }

  /// Begins to start a service; how that goes, the reports tell.
  ///
  /// - Returns: Whether the shell was told.
  func launch(_ number: Int, _ description: LaunchDescription) -> Bool {
    var words = ["launch", "\(number)", ShellText.quotedOnOneLine(description.workingFolder ?? ".")]
    let secrets = description.secrets.mapValues { $0.reveal() }
    for (name, value) in description.environment.merging(secrets, uniquingKeysWith: { _, secret in secret })
      .sorted(by: { $0.key < $1.key })
    { words.append(ShellText.quotedOnOneLine("\(name)=\(value)")) }
    words.append("--")
    words += ([description.program] + description.arguments).map(ShellText.quotedOnOneLine)
    return warden.tell(words.joined(separator: " "))
  }

  /// Says which process groups are to be ended when the shell is.
  func note(groups: some Sequence<Int32>) {
    warden.tell("groups=\"\(groups.map(String.init).joined(separator: " "))\"")
  }

  /// Sends a signal to a process, or to a group by its negative number.
  ///
  /// - Returns: Whether there was such a process.
  func signal(_ name: String, to target: Int32) async throws(ServiceProcessError) -> Bool {
    try await order("signal", "\(name) \(target)") == 0
  }

  /// Writes a file.
  ///
  /// - Throws: ``ServiceProcessError`` of kind `notStarted` if it cannot be written.
  func write(_ file: LaunchFile, in folder: String?) async throws(ServiceProcessError) {
    let isWhole = file.path.hasPrefix("/") || folder == nil
    let path = ShellText.quotedOnOneLine(isWhole ? file.path : "\(folder ?? ".")/\(file.path)")
    var rest = file.text[...]
    var verb = "put"
    var status: Int32
    repeat {
      status = try await order(verb, "\(path) \(ShellText.quotedOnOneLine(String(rest.prefix(Self.pieceLength))))")
      rest = rest.dropFirst(Self.pieceLength)
      verb = "add"
    } while status == 0 && !rest.isEmpty
    if status == 0 { status = try await order("place", path) }
    guard status == 0 else {
      throw ServiceProcessError(
        kind: .notStarted, message: "\(file.path) cannot be written on \(host); choose another place for it")
    }
  }

  /// Ends everything that the service has started, whatever session it is in.
  ///
  /// - Returns: What there was.
  /// - Throws: ``ServiceProcessError`` of kind `stuck` if something of it does not go.
  func sweep() async throws(ServiceProcessError) -> [ServiceRemnant] {
    heard.change {
      $0.remnants = []
      $0.stuck = []
    }
    _ = try await order("sweep", "", within: .seconds(300))
    let found = heard.value
    guard found.stuck.isEmpty else {
      throw ServiceProcessError(
        kind: .stuck,
        message: "after SIGKILL there still run on \(host): "
          + found.stuck.prefix(20).map(String.init).joined(separator: ", ")
          + "; a process that waits in a driver goes when the driver lets it")
    }
    return found.remnants
  }

  /// Lets the shell end, and with it everything that it has started.
  func end() async {
    warden.close()
    _ = await heard.wait(within: Self.patience, until: \.isGone)
  }

  private func order(
    _ verb: String, _ arguments: String, within limit: Duration = patience
  ) async throws(ServiceProcessError) -> Int32 {
    let number = numbers.withLock { number in
      number += 1
      return number
    }
    let isTold = warden.tell("\(verb) \(number) \(arguments)")
    let heard = isTold ? await self.heard.wait(within: limit) { $0.done[number] != nil || $0.isGone } : nil
    self.heard.change { $0.done[number] = nil }
    guard let status = heard?.done[number] else {
      throw ServiceProcessError(
        kind: .host,
        message: "the shell on \(host) "
          + (isAlive ? "did not carry out \(verb) within \(limit)" : "is gone, and what it had started with it")
          + "; see whether the machine can be reached")
    }
    return status
  }
}

extension ServiceKeeper.Heard {
  fileprivate mutating func note(_ report: KeeperReport?) {
    switch report {
    case nil: isGone = true
    case .hello: greets = true
    case .done(let number, let status): if number > 0 { done[number] = status }
    case .left(_, let remnant): if remnants.count < ServiceKeeper.remnantLimit { remnants.append(remnant) }
    case .stuck(_, let process): if stuck.count < ServiceKeeper.remnantLimit { stuck.append(process) }
    case .launched, .failed, .ended: break
    }
  }
}
