public import NPUBase

/// A word by which checks are chosen, such as `stream` or `errors`.
public struct CheckTag: OpenString {
  /// The word as it stands on a command line.
  public var rawValue: String

  /// Wraps any word.
  public init(rawValue: String) { self.rawValue = rawValue }

  /// What every service must do before anything else is worth asking.
  public static let basic: CheckTag = "basic"
  /// State and models of the service.
  public static let health: CheckTag = "health"
  /// Responses that come in pieces.
  public static let stream: CheckTag = "stream"
  /// What decides and ends the choice of tokens or pixels.
  public static let sampling: CheckTag = "sampling"
  /// Messages, roles and what came before in a conversation.
  public static let conversation: CheckTag = "conversation"
  /// Whether the response makes sense, which only a capable model passes.
  public static let semantic: CheckTag = "semantic"
  /// Calls of functions.
  public static let tools: CheckTag = "tools"
  /// Probabilities of tokens.
  public static let logprobs: CheckTag = "logprobs"
  /// Token counts.
  public static let usage: CheckTag = "usage"
  /// Many requests at once.
  public static let load: CheckTag = "load"
  /// Requests that must be refused.
  public static let errors: CheckTag = "errors"
  /// Images, audio and video in the request.
  public static let multimodal: CheckTag = "multimodal"
  /// Width and height of images.
  public static let size: CheckTag = "size"
  /// The same image for the same seed.
  public static let seed: CheckTag = "seed"
  /// Weights and images that steer another image.
  public static let control: CheckTag = "control"
  /// The order in which work is done.
  public static let queue: CheckTag = "queue"
}
