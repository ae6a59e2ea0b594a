public import NPUBase

/// An image that two services are asked for: the same prompt, seed and size.
public struct ImageCase: AskedCase {
  /// The identity of the case.
  public var id: String
  /// What the image is to show.
  public var prompt: String
  /// What it is not to show.
  public var negativePrompt: String?
  /// What decides the noise.
  public var seed: Int
  /// Width in pixels.
  public var width: Int
  /// Height in pixels.
  public var height: Int

  /// Creates a case.
  public init(
    id: String, prompt: String, negativePrompt: String? = nil, seed: Int, width: Int = 512, height: Int = 512
  ) {
    self.id = id
    self.prompt = prompt
    self.negativePrompt = negativePrompt
    self.seed = seed
    self.width = width
    self.height = height
  }

  /// What the case asks, as a recording holds it.
  public var request: JSONValue {
    var members: [String: JSONValue] = [
      "prompt": .string(prompt), "seed": .int(Int64(seed)), "width": .int(Int64(width)), "height": .int(Int64(height)),
    ]
    if let negativePrompt { members["negative_prompt"] = .string(negativePrompt) }
    return .object(members)
  }

  /// Reads a case out of a recording.
  public init(_ recorded: RecordedCase) throws(AccuracyError) {
    let request = recorded.request
    guard let prompt = request["prompt"]?.string else { throw .malformed(recorded, lacking: "prompt") }
    guard let seed = request["seed"]?.integer else { throw .malformed(recorded, lacking: "seed") }
    guard let width = request["width"]?.integer, let height = request["height"]?.integer else {
      throw .malformed(recorded, lacking: "size")
    }
    self.init(
      id: recorded.id, prompt: prompt, negativePrompt: request["negative_prompt"]?.string, seed: seed, width: width,
      height: height)
  }
}

extension ImageCase {
  /// Prompts for those who have none: the subjects of the guides' accuracy test, and some with lines, faces and letters,
  /// in which images go wrong first.
  public static let prompts: [String] = [
    "a red rose on a white background", "a mountain landscape with snow", "a portrait of a robot, digital art",
    "a lighthouse on a cliff at dawn, oil painting", "a street market at night in the rain, neon signs",
    "a wooden chessboard seen from above, all pieces in place",
  ]

  /// Each prompt with several seeds.
  ///
  /// - Parameters:
  ///   - prompts: The prompts.
  ///   - negativePrompt: What no image is to show.
  ///   - seed: The first seed.
  ///   - seeds: How many seeds each prompt is asked with, from the first on.
  ///   - width: Width in pixels.
  ///   - height: Height in pixels.
  /// - Returns: The cases, `1-42` for the first prompt and seed 42.
  public static func cases(
    _ prompts: [String] = prompts, negativePrompt: String? = nil, seed: Int = 42, seeds: Int = 1, width: Int = 512,
    height: Int = 512
  ) -> [ImageCase] {
    (0..<max(1, seeds)).flatMap { offset in
      prompts.enumerated().map { index, prompt in
        ImageCase(
          id: "\(index + 1)-\(seed &+ offset)", prompt: prompt, negativePrompt: negativePrompt, seed: seed &+ offset,
          width: width, height: height)
      }
    }
  }

  /// The cases of a file: a JSON object a line with `prompt`, and as wanted `id`, `negative_prompt`, `seed`, `width` and
  /// `height`.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - pattern: Where members come from that a line does not have.
  /// - Returns: The cases; one without an identity has the number of its line.
  /// - Throws: ``AccuracyError`` that names the line.
  public static func cases(
    contentsOf path: String, pattern: ImageCase
  ) throws(AccuracyError) -> [ImageCase] {
    try CaseLines.read(path) { (file, line) throws(AccuracyError) -> ImageCase in
      guard let prompt = line.object["prompt"]?.string, !prompt.isEmpty else {
        throw file.fault("the case has no prompt; write {\"prompt\": \"…\"}", line)
      }
      var made = pattern
      made.id = try file.name(of: line)
      made.prompt = prompt
      made.negativePrompt = try file.text("negative_prompt", of: line) ?? pattern.negativePrompt
      made.seed = try file.integer("seed", of: line) ?? pattern.seed
      made.width = try file.integer("width", of: line) ?? pattern.width
      made.height = try file.integer("height", of: line) ?? pattern.height
      return made
    }
  }
}
