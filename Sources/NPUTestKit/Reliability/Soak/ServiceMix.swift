internal import NPUBase
public import NPULoad
internal import NPUMetrics
public import NPUTransport

/// Requests to several services in one load, in shares that their weights say.
///
/// Which service a request goes to is a function of the seed and the number of the request alone, so that a run that was
/// interrupted goes on with the same requests.
///
/// ```swift
/// let chats = try await service.chat.workload(prompts: .fixed("Why is the sky blue?"))
/// let mix = try ServiceMix([.init("chat", weight: 3, chats), .init("other", weight: 1, workload)], seed: 7)
/// print(mix.part(of: 0).name)
/// ```
public struct ServiceMix: Workload {
  /// One service of a mix.
  public struct Part: Sendable {
    /// What reports and journals call it: letters, digits, hyphens and underscores.
    public var name: String
    /// Its share of the requests, in proportion to those of the others; more than 0.
    public var weight: Double
    /// What is sent to it.
    public var workload: any Workload
    /// The highest word error rate of a transcription that counts as right, where there is a reference; `nil` for any.
    public var wordErrorLimit: Double?

    /// Names a service of a mix.
    public init(_ name: String, weight: Double = 1, _ workload: any Workload, wordErrorLimit: Double? = nil) {
      self.name = name
      self.weight = weight
      self.workload = workload
      self.wordErrorLimit = wordErrorLimit
    }
  }

  /// The services.
  public let parts: [Part]
  /// Decides which of them a request goes to.
  public let seed: UInt64
  /// The sum of the weights up to each part.
  private let sums: [Double]

  /// Creates a mix.
  ///
  /// - Parameters:
  ///   - parts: The services, one or more, of different names.
  ///   - seed: Decides which of them a request goes to.
  /// - Throws: ``SoakError`` of kind `mix`.
  public init(_ parts: [Part], seed: UInt64 = 0) throws(SoakError) {
    guard !parts.isEmpty else { throw SoakError(kind: .mix, message: "The mix has no service; name at least one.") }
    var sums: [Double] = []
    for part in parts {
      guard Self.isName(part.name) else {
        throw SoakError(
          kind: .mix, message: "'\(Excerpt.of(part.name, limit: 40))' names no service: take letters, digits, - and _.")
      }
      guard part.weight > 0, part.weight <= 1e9 else {
        throw SoakError(kind: .mix, message: "The weight of \(part.name) is \(part.weight); it is above 0, up to 1e9.")
      }
      sums.append((sums.last ?? 0) + part.weight)
    }
    guard Set(parts.map(\.name)).count == parts.count else {
      throw SoakError(kind: .mix, message: "Two services of the mix have one name; give each its own.")
    }
    (self.parts, self.seed, self.sums) = (parts, seed, sums)
  }

  private static func isName(_ text: String) -> Bool {
    !text.isEmpty && text.count <= 40
      && text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "_-".contains($0)) }
  }

  /// Which service a request goes to.
  ///
  /// - Parameter index: The number of the request, from 0.
  /// - Returns: The service.
  public func part(of index: Int) -> Part {
    guard parts.count > 1, let whole = sums.last else { return parts[0] }
    // The generator spreads each seed over its whole state, so that neighbouring ones give unrelated numbers.
    var generator = SeededGenerator(seed: seed ^ 0x50AC_0000_0000_0000)
    generator = SeededGenerator(seed: generator.next() &+ UInt64(bitPattern: Int64(index)))
    let place = generator.uniform() * whole
    return parts[sums.firstIndex { place < $0 } ?? parts.count - 1]
  }

  /// Makes a request of the service that it goes to; the workload of that service is given the number in the whole mix.
  public func prepare(_ index: Int) async throws -> PreparedRequest? {
    let part = part(of: index)
    var prepared = try await part.workload.prepare(index)
    prepared?.service = part.name
    return prepared
  }

  /// Names the service, or all of them.
  public func target(over transport: any Transport) -> WorkloadTarget {
    let targets = parts.map { ($0.name, $0.workload.target(over: transport)) }
    guard targets.count > 1 else { return targets[0].1 }
    let addresses = Set(targets.compactMap(\.1.baseURL)).sorted()
    return WorkloadTarget(
      model: nil, baseURL: addresses.count == 1 ? addresses[0] : nil, endpointType: "mixed",
      request: Dictionary(
        targets.map { name, target in
          var members = target.request ?? [:]
          members["base_url"] = target.baseURL.map { .string(RunDescription.withoutSecrets($0)) }
          members["model"] = target.model.map { .string($0) }
          return (name, .object(members))
        }, uniquingKeysWith: { first, _ in first }))
  }

  /// What is sent, where there is one service.
  public var dataset: DatasetDescription? { parts.count == 1 ? parts[0].workload.dataset : nil }

  /// The record with the outcome that it has when its response is held against the reference.
  func judged(_ record: RequestRecord) -> RequestRecord {
    guard record.outcome.isSuccess, let part = parts.first(where: { $0.name == record.service }),
      let limit = part.wordErrorLimit, let errors = record.measures[.wordErrors],
      let words = record.measures[.referenceWords], words > 0, errors / words > limit
    else { return record }
    var record = record
    record.outcome = Outcome(
      .wrongTranscription, status: record.outcome.status,
      message: "\(NumberText.plain(errors)) of \(NumberText.plain(words)) words differ from the reference, more than "
        + "\(NumberText.percent(limit))")
    return record
  }
}

extension Outcome.Kind {
  /// The transcription differs from its reference by more than the soak allows.
  public static let wrongTranscription = Outcome.Kind(rawValue: "wrong_transcription")
}
