/// What one output of npu-smi says.
///
/// Whatever was printed before and after the output, line ends, tabs and trailing blanks make no difference to a
/// report.
public struct ChipReport: Sendable, Hashable, Codable {
  /// What the tool was asked for, as seen from its answer.
  public struct Kind: RawRepresentable, Sendable, Hashable, Codable {
    /// The name: `info`, `mapping`, `list`, `watch`, `version`, `help`, or the type after `-t`, such as `usages`.
    public var rawValue: String

    /// Creates a kind.
    public init(rawValue: String) { self.rawValue = rawValue }

    /// The table of `npu-smi info`.
    public static let info = Kind(rawValue: "info")
    /// The numbers of all chips, from `-m`.
    public static let mapping = Kind(rawValue: "mapping")
    /// The cards, from `-l`.
    public static let list = Kind(rawValue: "list")
    /// The lines of `info watch`.
    public static let watch = Kind(rawValue: "watch")
    /// The version of the tool.
    public static let version = Kind(rawValue: "version")
    /// The text of `-h`.
    public static let help = Kind(rawValue: "help")
    /// The ways between devices, from `-t topo`.
    public static let topology = Kind(rawValue: "topo")
    /// Keys and values of a type that is not known.
    public static let values = Kind(rawValue: "values")
  }

  /// What the tool was asked for.
  public var kind: Kind
  /// The versions, from the table and from `-v`.
  public var versions: NPUSMIVersions
  /// The cards with their chips, in the order in which they were printed.
  ///
  /// From `-t` queries the chips hold the values that a chip has a property for; from `info watch` each chip's last.
  public var cards: [ChipCard]
  /// The processes, in the order in which they were printed.
  public var processes: [ChipProcess]
  /// The cards of which the tool says that no process runs on them.
  public var idleNPUs: [Int]
  /// The blocks of `-t` queries, and one block for each line of `info watch`.
  public var values: [ChipValueBlock]
  /// The ways between devices.
  public var topology: ChipTopology?
  /// What could not be used as it stands; not empty means that something may be missing.
  public var diagnostics: [NPUSMIDiagnostic]

  /// Creates a report.
  public init(
    kind: Kind, versions: NPUSMIVersions = NPUSMIVersions(), cards: [ChipCard] = [], processes: [ChipProcess] = [],
    idleNPUs: [Int] = [], values: [ChipValueBlock] = [], topology: ChipTopology? = nil,
    diagnostics: [NPUSMIDiagnostic] = []
  ) {
    self.kind = kind
    self.versions = versions
    self.cards = cards
    self.processes = processes
    self.idleNPUs = idleNPUs
    self.values = values
    self.topology = topology
    self.diagnostics = diagnostics
  }

  /// The chips of all cards, in the order in which they were printed.
  public var chips: [ChipStatus] { cards.flatMap(\.chips) }
}

/// The versions in an answer of the tool; the two may differ.
public struct NPUSMIVersions: Sendable, Hashable, Codable {
  /// The version of npu-smi itself, as printed.
  public var tool: String?
  /// The version of the driver, as printed.
  public var driver: String?

  /// Creates versions.
  public init(tool: String? = nil, driver: String? = nil) {
    self.tool = tool
    self.driver = driver
  }
}
