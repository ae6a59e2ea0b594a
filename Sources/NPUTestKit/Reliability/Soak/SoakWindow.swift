/// What happened in one window of a soak: the requests that ended in it, and the resources at its end.
public struct SoakWindow: Sendable, Hashable, Codable {
  /// Its number, from 0, over all parts of the soak.
  public var number: Int
  /// The part of the soak that it belongs to, from 0: each resumption begins another.
  public var session: Int
  /// When it began, in seconds of soaking: what lies between two parts is left out.
  public var start: Double
  /// How long it was, in seconds.
  public var seconds: Double
  /// How long requests were started up to its end, in seconds of all parts: what is held against the planned time.
  ///
  /// The time in which the last requests of a part end is not in it. `nil` in journals of earlier versions.
  public var loaded: Double?
  /// The wall clock at its end, for people: nothing is computed from it.
  public var endedAt: String
  /// The requests by service.
  public var services: [String: SoakServiceFigures]
  /// What was read of processes, chips and server.
  public var resources: SoakResources

  private enum CodingKeys: String, CodingKey {
    case number, session
    case start = "start_s"
    case seconds = "length_s"
    case loaded = "loaded_s"
    case endedAt = "ended_at"
    case services, resources
  }

  /// The requests to all services.
  public var counts: SoakCounts {
    services.values.reduce(into: SoakCounts()) { $0.add($1.counts) }
  }

  /// When it ended, in seconds of soaking.
  var end: Double { start + seconds }
}

/// What was read of processes, chips and server for one window.
public struct SoakResources: Sendable, Hashable, Codable {
  /// The physical memory of this process, in bytes.
  public var ownBytes: Int?
  /// The physical memory of the processes that are watched, in bytes.
  public var processes: [String: Int] = [:]
  /// The chips by their numbers.
  public var chips: [String: Chip] = [:]
  /// What the server says of itself.
  public var server: Server?
  /// Services that were not healthy, with what they said.
  public var unhealthy: [String: String] = [:]
  /// What was to be read and was not, with the reason: `npu`, `metrics`, `process NAME`.
  public var gaps: [String: String] = [:]

  /// Nothing was read.
  public init() {}

  /// One chip over a window.
  public struct Chip: Sendable, Hashable, Codable {
    /// The least memory in use, in bytes: what is not given back.
    public var memoryLeastBytes: Int?
    /// The most memory in use, in bytes.
    public var memoryPeakBytes: Int?
    /// The mean use of the AI cores, in percent.
    public var aiCorePercent: Double?
    /// The mean power, in watts.
    public var powerWatts: Double?
    /// The highest temperature, in degrees Celsius.
    public var temperatureCelsius: Double?
    /// The worst health.
    public var health: String?

    private enum CodingKeys: String, CodingKey {
      case memoryLeastBytes = "hbm_least_bytes"
      case memoryPeakBytes = "hbm_peak_bytes"
      case aiCorePercent = "ai_core_percent"
      case powerWatts = "power_w"
      case temperatureCelsius = "temperature_c"
      case health
    }

    /// Nothing is known.
    public init() {}
  }

  /// A server over a window.
  public struct Server: Sendable, Hashable, Codable {
    /// Requests being answered, on average.
    public var running: Double?
    /// Requests in its queue, on average.
    public var waiting: Double?
    /// The most of the KV cache in use, from 0 to 1.
    public var cachePeak: Double?
    /// The share of the KV cache in use at the last reading without a request, from 0 to 1; `nil` without such a reading.
    public var cacheIdle: Double?
    /// How often it was restarted since the beginning of the part.
    public var restarts: Int

    private enum CodingKeys: String, CodingKey {
      case running, waiting
      case cachePeak = "kv_cache_peak"
      case cacheIdle = "kv_cache_idle"
      case restarts
    }
  }

  private enum CodingKeys: String, CodingKey {
    case ownBytes = "own_rss_bytes"
    case processes = "process_rss_bytes"
    case chips, server, unhealthy, gaps
  }

  /// Reads what a journal holds, one of an earlier version too, which says of gaps no more than their reasons.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    ownBytes = try container.decodeIfPresent(Int.self, forKey: .ownBytes)
    processes = try container.decodeIfPresent([String: Int].self, forKey: .processes) ?? [:]
    chips = try container.decodeIfPresent([String: Chip].self, forKey: .chips) ?? [:]
    server = try container.decodeIfPresent(Server.self, forKey: .server)
    unhealthy = try container.decodeIfPresent([String: String].self, forKey: .unhealthy) ?? [:]
    if let reasons = try? container.decode([String].self, forKey: .gaps) {
      gaps = reasons.isEmpty ? [:] : ["something": reasons.joined(separator: "; ")]
    } else {
      gaps = try container.decodeIfPresent([String: String].self, forKey: .gaps) ?? [:]
    }
  }
}

/// The windows of a soak, of which every second one is let go when there are too many: a day takes as much memory as an
/// hour.
struct SoakWindowSeries: Sendable, Hashable {
  private(set) var windows: [SoakWindow] = []
  /// The last windows, of which none is let go: what is said of the end of a soak is about these.
  private(set) var last: [SoakWindow] = []
  /// How many windows there were.
  private(set) var count = 0
  /// Of how many windows one is kept.
  private(set) var stride = 1
  private let limit: Int

  private static let lastCount = 16

  init(limit: Int = 2048) { self.limit = max(2, limit) }

  mutating func append(_ window: SoakWindow) {
    defer { count += 1 }
    if last.count >= Self.lastCount { last.removeFirst() }
    last.append(window)
    guard count % stride == 0 else { return }
    windows.append(window)
    guard windows.count >= limit else { return }
    stride *= 2
    windows = windows.enumerated().filter { $0.offset % 2 == 0 }.map(\.element)
  }

  /// The windows that are kept, with every one at the end.
  var windowsToTheEnd: [SoakWindow] {
    guard let first = last.first else { return windows }
    return windows.filter { $0.number < first.number } + last
  }
}

extension SoakWindowSeries: Codable {
  private enum CodingKeys: String, CodingKey { case windows, last, count, stride }

  init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    self.init()
    windows = try container.decode([SoakWindow].self, forKey: .windows)
    // Earlier versions kept no others.
    last = try container.decodeIfPresent([SoakWindow].self, forKey: .last) ?? windows.suffix(Self.lastCount)
    count = max(0, try container.decode(Int.self, forKey: .count))
    stride = max(1, try container.decode(Int.self, forKey: .stride))
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(windows, forKey: .windows)
    try container.encode(last, forKey: .last)
    try container.encode(count, forKey: .count)
    try container.encode(stride, forKey: .stride)
  }
}
