/// What a load sends: where its prompts come from, and what became of the entries of their file.
///
/// It stands in the report, in the header of a journal and in a result file, since it decides the result as much as the
/// service does.
public struct DatasetDescription: Sendable, Hashable, Codable {
  /// Media that go with the prompts.
  public struct Media: Sendable, Hashable, Codable {
    /// How many different ones there are; `nil` if each request has its own.
    public var distinct: Int?
    /// How many go with each prompt.
    public var perPrompt: Int

    private enum CodingKeys: String, CodingKey {
      case distinct
      case perPrompt = "per_prompt"
    }

    /// Creates a description.
    public init(distinct: Int?, perPrompt: Int) { (self.distinct, self.perPrompt) = (distinct, perPrompt) }
  }

  /// Files of images or sounds that were read to be sent.
  public struct MediaFiles: Sendable, Hashable, Codable {
    /// How many different files.
    public var count: Int
    /// Their bytes, all together.
    public var bytes: Int
    /// The SHA-256 of all of them, one after the other in the order in which they were read, where somebody computed it.
    public var sha256: String?

    /// Creates a description.
    public init(count: Int, bytes: Int, sha256: String? = nil) {
      (self.count, self.bytes, self.sha256) = (count, bytes, sha256)
    }
  }

  /// What kind of prompts: `custom`, `sharegpt`, `random`, `fixed`, `given` for texts of the caller, `audio`.
  public var name: String
  /// The file or folder, if there is one.
  public var path: String?
  /// The SHA-256 of the file in hexadecimal digits, where somebody computed it; of several files, that of all of them
  /// one after the other.
  public var sha256: String?
  /// How many entries were read; `nil` where there is no file.
  public var entries: Int?
  /// How many different prompts there are to send; `nil` if each request has its own.
  public var used: Int?
  /// How many entries were left out, for each reason.
  public var skipped: [String: Int]
  /// Whether there were more entries than were read.
  public var isCutOff: Bool
  /// Whether the prompts were brought into another order than that of the file.
  public var isShuffled: Bool
  /// What generated prompts are made by, such as their length in tokens.
  public var settings: [String: Double]
  /// Media that go with the prompts.
  public var media: Media?
  /// The files of media that the entries name, and those that go with the prompts.
  public var mediaFiles: [MediaFiles]

  private enum CodingKeys: String, CodingKey {
    case name, path, sha256, entries, used, skipped
    case isCutOff = "cut_off"
    case isShuffled = "shuffled"
    case settings, media
    case mediaFiles = "media_files"
  }

  /// Creates a description.
  public init(
    name: String, path: String? = nil, sha256: String? = nil, entries: Int? = nil, used: Int? = nil,
    skipped: [String: Int] = [:], isCutOff: Bool = false, isShuffled: Bool = false, settings: [String: Double] = [:],
    media: Media? = nil, mediaFiles: [MediaFiles] = []
  ) {
    self.name = name
    self.path = path
    self.sha256 = sha256
    self.entries = entries
    self.used = used
    self.skipped = skipped
    self.isCutOff = isCutOff
    self.isShuffled = isShuffled
    self.settings = settings
    self.media = media
    self.mediaFiles = mediaFiles
  }

  /// Reads a description; those of earlier journals know nothing of files of media.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    name = try values.decode(String.self, forKey: .name)
    path = try values.decodeIfPresent(String.self, forKey: .path)
    sha256 = try values.decodeIfPresent(String.self, forKey: .sha256)
    entries = try values.decodeIfPresent(Int.self, forKey: .entries)
    used = try values.decodeIfPresent(Int.self, forKey: .used)
    skipped = try values.decode([String: Int].self, forKey: .skipped)
    isCutOff = try values.decode(Bool.self, forKey: .isCutOff)
    isShuffled = try values.decode(Bool.self, forKey: .isShuffled)
    settings = try values.decode([String: Double].self, forKey: .settings)
    media = try values.decodeIfPresent(Media.self, forKey: .media)
    mediaFiles = try values.decodeIfPresent([MediaFiles].self, forKey: .mediaFiles) ?? []
  }
}

extension DatasetDescription {
  /// The most different prompts for which it is counted how often each was sent.
  package static let mostCounted = 1 << 17

  /// What there is to send, in a few words: `custom, prompts.jsonl, 2 of 12 entries, shuffled`.
  package var shortText: String {
    var parts = [name]
    if let path { parts.append(path) }
    if let used {
      parts.append(entries.map { "\(used) of \($0) entries" } ?? (used == 1 ? "1 entry" : "\(used) entries"))
    }
    parts += settings.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value.formattedPlainly)" }
    if isShuffled { parts.append("shuffled") }
    return parts.joined(separator: ", ")
  }

  /// What a reader must know of a file whose entries were not all used, or not all read.
  ///
  /// - Parameter repetition: How often each prompt is sent, if that belongs to it.
  /// - Returns: Clauses with semicolons; `nil` where every entry was used.
  package func usabilityText(with repetition: String?) -> String? {
    guard let entries, let used, used < entries || isCutOff else { return nil }
    var parts = ["\(used) of \(entries) entries are usable"]
    if let repetition { parts.append(repetition) }
    if !skipped.isEmpty {
      let reasons = skipped.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
      parts.append("skipped: " + reasons.map { "\($0.value) \($0.key)" }.joined(separator: ", "))
    }
    if isCutOff { parts.append("the file has more, which were not read") }
    return parts.joined(separator: "; ")
  }

  /// What is to be said before a load: of entries that are not used, and of prompts that are sent more than once.
  ///
  /// - Parameter sends: How many prompts the load sends; `nil` if that is not known.
  /// - Returns: Clauses with semicolons; `nil` where nothing is to be said.
  package func note(sends: Int?) -> String? {
    let repetition = sends.flatMap { repetitionText(sends: $0) }
    return usabilityText(with: repetition) ?? repetition
  }

  /// How often each prompt is sent by so many sends in turn; `nil` where each is sent once at most.
  package func repetitionText(sends: Int) -> String? {
    guard let used, used > 0, sends > used else { return nil }
    return Self.repetition(fewest: sends / used, most: (sends - 1) / used + 1, used: used, verb: "is")
  }

  /// A clause on how often each of some prompts is or was sent.
  package static func repetition(fewest: Int, most: Int, used: Int, verb: String) -> String {
    let times = fewest == most ? "\(most) times" : "\(fewest) to \(most) times"
    return used == 1 ? "the only prompt \(verb) sent \(times)" : "each \(verb) sent \(times)"
  }
}

extension Double {
  fileprivate var formattedPlainly: String { Int(exactly: self).map(String.init) ?? "\(self)" }
}
