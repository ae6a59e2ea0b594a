/// A fault, what a service must do about it, and how it is brought about.
///
/// Scenarios are values. The ready-made ones cover each row of the field guides' fault tables; one of one's own stands
/// beside them:
///
/// ```swift
/// let flood = FaultScenario(
///   "flood", "The list of models is asked for again and again", expectation: "Others are answered meanwhile.",
///   demands: [.sparesNeighbours]
/// ) { stage in
///   try await stage.beside {
///     for _ in 0..<1000 { _ = try await stage.service.health.models() }
///   }
/// }
/// print(await FaultDrill(service).run([flood]).passes)
/// ```
public struct FaultScenario: Sendable, Identifiable, CustomStringConvertible {
  /// What is known of it before it runs.
  public var about: ScenarioDescription
  /// What must hold.
  public var demands: [DrillDemand]
  /// Whether a command of the tester may bring the fault about in place of what the scenario needs.
  var mayBeCommand = false
  /// Whether the probes go by the way that can be broken: only where it is broken for all.
  var probesTakePath = false
  /// Whether the probes of a language model show an image.
  var probesShowImages = false
  /// Brings the fault about, and takes it away again.
  public var act: @Sendable (DrillStage) async throws -> Void

  /// Creates a scenario.
  ///
  /// - Parameters:
  ///   - name: The name by which it is chosen.
  ///   - title: What happens, in a few words.
  ///   - expectation: What the service must do, in one sentence.
  ///   - guide: The row of a guide that asks for it.
  ///   - service: Which kind of service it is about.
  ///   - needs: What it needs besides the service.
  ///   - demands: What must hold.
  ///   - act: Brings the fault about, and takes it away again.
  public init(
    _ name: String, _ title: String, expectation: String, guide: GuideRow? = nil, service: ProbedService? = nil,
    needs: [DrillNeed] = [], demands: [DrillDemand], act: @escaping @Sendable (DrillStage) async throws -> Void
  ) {
    about = ScenarioDescription(
      name: name, title: title, expectation: expectation, guide: guide, service: service, needs: needs)
    self.demands = demands
    self.act = act
  }

  /// Whether a command of the tester brings the fault about, or may do so.
  public var takesCommand: Bool { mayBeCommand || about.needs.contains(.command) }
  /// The name.
  public var id: String { about.name }
  /// Name and title, as tests and lists show them.
  public var description: String { "\(about.name): \(about.title)" }
}

/// Everything that is known of a scenario before it runs.
public struct ScenarioDescription: Sendable, Hashable, Codable {
  /// The name by which it is chosen; it keeps its meaning from release to release.
  public var name: String
  /// What happens, in a few words.
  public var title: String
  /// What the service must do.
  public var expectation: String
  /// The row of a guide that asks for it.
  public var guide: GuideRow?
  /// Which kind of service it is about; `nil` for any.
  public var service: ProbedService?
  /// What it needs besides the service.
  public var needs: [DrillNeed]
}

/// A row of a table of the field guides.
public struct GuideRow: Sendable, Hashable, Codable {
  /// The guide.
  public enum Guide: String, Sendable, Hashable, Codable, CaseIterable {
    /// Language models.
    case llm
    /// Audio and multimodal models.
    case audioMultimodal = "audio_multimodal"
    /// The image tasks of HiDream.
    case hiDream = "hidream"
  }

  /// The guide.
  public var guide: Guide
  /// What the row is about, in its own words or ours.
  public var row: String

  /// Creates a row.
  public init(_ guide: Guide, _ row: String) {
    self.guide = guide
    self.row = row
  }
}

/// What a scenario needs besides the service.
public enum DrillNeed: String, Sendable, Hashable, Codable, CaseIterable {
  /// The process of the service, to kill, stop and start it.
  case process
  /// A way to the service that can be broken.
  case network
  /// A command of the tester for this scenario.
  case command
}
