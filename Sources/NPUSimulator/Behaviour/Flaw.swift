/// One way in which a service does not keep to the protocol although it responds: what a conformance check must find.
///
/// Faults break a response; flaws make a whole and wrong one.
public enum Flaw: String, Sendable, Hashable, Codable, CaseIterable {
  /// Stop texts do nothing.
  case ignoresStop = "ignores_stop"
  /// The stop text that ends a response stays in it.
  case leaksStop = "leaks_stop"
  /// The limit of tokens does nothing.
  case ignoresMaxTokens = "ignores_max_tokens"
  /// Each request is answered by another text, whatever its temperature and seed.
  case ignoresTemperature = "ignores_temperature"
  /// Usage counts no token of the response.
  case countsNoTokens = "counts_no_tokens"
  /// The total of usage is not the sum of its parts.
  case miscountsUsage = "miscounts_usage"
  /// A fixed or repeated text is sent with characters torn into bytes that are not valid UTF-8 by themselves.
  case tearsCharacters = "tears_characters"
  /// In streams each part of a character that is torn is replaced by U+FFFD.
  case replacesTornCharacters = "replaces_torn_characters"
  /// The third token of a response is lost in a stream.
  case losesStreamedToken = "loses_streamed_token"
  /// Messages but the last do not reach the model.
  case forgetsHistory = "forgets_history"
  /// Messages of the role system do not reach the model.
  case dropsSystemMessages = "drops_system_messages"
  /// Messages of the role tool do not reach the model.
  case dropsToolMessages = "drops_tool_messages"
  /// Log-probabilities are asked for in vain.
  case omitsLogprobs = "omits_logprobs"
  /// Log-probabilities have the wrong sign.
  case positiveLogprobs = "positive_logprobs"
  /// Tools are read and forgotten.
  case ignoresTools = "ignores_tools"
  /// The arguments of a tool call lack their last character.
  case cutsToolArguments = "cuts_tool_arguments"
  /// A function that the request names is called twice.
  case doublesToolCalls = "doubles_tool_calls"
  /// The list of models is empty.
  case listsNoModels = "lists_no_models"
  /// Any model's name will do.
  case acceptsUnknownModel = "accepts_unknown_model"
  /// A body that is not JSON is answered like a greeting.
  case acceptsMalformedJSON = "accepts_malformed_json"
  /// A body of the wrong shape is answered like a greeting.
  case acceptsWrongTypes = "accepts_wrong_types"
  /// A chat without messages is answered.
  case acceptsEmptyMessages = "accepts_empty_messages"
  /// A prompt over the length of the context is answered.
  case acceptsOverlongPrompts = "accepts_overlong_prompts"
  /// After the first request that it refuses the service closes every connection.
  case diesAfterRefusal = "dies_after_refusal"
  /// Requests are refused as if something in the server had broken: by status 500.
  case blamesItself = "blames_itself"
  /// While something is generated, every other request for it is answered by status 503.
  case refusesCompany = "refuses_company"
  /// Images do not reach the model.
  case ignoresImages = "ignores_images"
  /// Of several images of a message only the first reaches the model.
  case keepsOneImage = "keeps_one_image"
  /// Several images of a message reach the model in an order of their own.
  case sortsImages = "sorts_images"
  /// Images of more than 2048 pixels in width are refused.
  case refusesLargeImages = "refuses_large_images"
  /// Images that cannot be read are taken.
  case acceptsBrokenImages = "accepts_broken_images"
  /// A chat without an image is refused.
  case requiresImages = "requires_images"
  /// Images are refused, as by a model for text alone.
  case refusesImages = "refuses_images"
  /// More than one image is refused, as by a server that allows one.
  case refusesSeveralImages = "refuses_several_images"
  /// A message of the role system is refused, as by chat templates without one.
  case refusesSystemRole = "refuses_system_role"
  /// Tools are refused, as by a server that was started without a parser for them.
  case refusesTools = "refuses_tools"
  /// Log-probabilities are refused.
  case refusesLogprobs = "refuses_logprobs"
  /// What an image must not show does not change it.
  case ignoresNegativePrompt = "ignores_negative_prompt"
  /// Each image is another one, whatever its seed.
  case ignoresSeed = "ignores_seed"
  /// Every seed makes the same image.
  case fixesSeed = "fixes_seed"
  /// An image that is asked for while others are in the making has another seed.
  case racesOnSeeds = "races_on_seeds"
  /// The number of steps does not change an image.
  case ignoresSteps = "ignores_steps"
  /// The images of a batch are all the same.
  case repeatsImages = "repeats_images"
  /// Width and height are taken for each other.
  case swapsSides = "swaps_sides"
  /// The file of weights that a request names is not loaded.
  case ignoresLoRA = "ignores_lora"
  /// Weights that one request named stay for all that follow.
  case keepsLoRA = "keeps_lora"
  /// A control image is not looked at.
  case ignoresControlImages = "ignores_control_images"
  /// Any control image does what the others do.
  case confusesControlImages = "confuses_control_images"
  /// An image to begin with is not looked at.
  case ignoresSourceImages = "ignores_source_images"
  /// Any image to begin with does what the others do.
  case confusesSourceImages = "confuses_source_images"
  /// A size that cannot be made is answered by the default one.
  case acceptsBadSizes = "accepts_bad_sizes"
  /// A size between two that can be made is answered by the smaller one.
  case roundsSizes = "rounds_sizes"
  /// An identity that was never given out is answered like that of a task that waits.
  case acceptsUnknownTasks = "accepts_unknown_tasks"
  /// Whatever the index, a task's first image is downloaded.
  case ignoresImageIndex = "ignores_image_index"
  /// All tasks of a batch have the identity of the first.
  case sharesTaskIdentity = "shares_task_identity"
  /// Progress is ten more than it should be, and over 100 in the end.
  case overstatesProgress = "overstates_progress"
  /// A task is ready at once that has an even place, while the others wait.
  case overtakesTasks = "overtakes_tasks"
  /// A task waits until somebody has asked for all those before it.
  case waitsForClients = "waits_for_clients"
  /// Every transcription is said to be in one language.
  case reportsOneLanguage = "reports_one_language"
  /// The segments of a transcription come in the wrong order.
  case reversesSegments = "reverses_segments"
  /// The segments of a transcription begin and end too late, the last one after the end of the audio.
  case shiftsSegments = "shifts_segments"
  /// The length of audio is said to be twice what it is.
  case misstatesDuration = "misstates_duration"
  /// Of audio only the first 30 seconds are transcribed.
  case cutsLongAudio = "cuts_long_audio"
  /// The transcription of silence has words.
  case inventsSpeech = "invents_speech"
  /// Audio that cannot be read is taken.
  case acceptsBrokenAudio = "accepts_broken_audio"
  /// Audio files over the limit of their size are taken.
  case acceptsLargeFiles = "accepts_large_files"
  /// Streams of transcriptions are refused.
  case refusesTextStreams = "refuses_text_streams"
  /// Speech lacks its last samples, which the header promises.
  case cutsSamples = "cuts_samples"
  /// Speech has the right length and no sound.
  case speaksSilence = "speaks_silence"
  /// Speech has only the first tenth of its text.
  case stopsSpeakingEarly = "stops_speaking_early"
  /// Speech has only the first 500 bytes of its text.
  case cutsLongTexts = "cuts_long_texts"
  /// Every voice sounds like the first.
  case ignoresVoice = "ignores_voice"
  /// Speech is always as fast.
  case ignoresSpeed = "ignores_speed"
  /// A speed of speech is refused.
  case refusesSpeed = "refuses_speed"
  /// The speech of each request has another loudness.
  case variesSpeech = "varies_speech"
  /// Streamed speech is sent when all of it has been made.
  case buffersStream = "buffers_stream"
  /// Speech is made of a text without a character.
  case acceptsEmptyText = "accepts_empty_text"
  /// Any voice's name will do.
  case acceptsUnknownVoice = "accepts_unknown_voice"
}

extension Behaviour {
  /// A service that does everything a conformance check asks for: the base of the flawed ones.
  ///
  /// It looks at images and repeats quoted text, so that checks of meaning can be tried, and paces its tokens and steps,
  /// so that streams overlap and tasks are seen at work. It refuses files of sound that are longer than it listens to.
  /// What is drawn in an image it has to be told: see ``Behaviour/imageTexts``.
  public static let exemplary = Behaviour(interTokenLatency: .milliseconds(2)).with {
    $0.repeatsQuotes = true
    $0.seesImages = true
    $0.maxModelLength = 4096
    $0.images.requiresPrompt = true
    $0.images.isThorough = true
    $0.images.stepLatency = .milliseconds(1)
    $0.audio.isThorough = true
    $0.audio.fileLimit = AudioBehaviour.heardBytes
    $0.audio.voices = ["alto", "bass"]
    $0.audio.speechFactor = 0.08
  }

  /// The exemplary service with some flaws.
  public static func flawed(_ flaws: Flaw...) -> Behaviour { exemplary.with { $0.flaws = Set(flaws) } }

  /// Whether responses have a flaw.
  func has(_ flaw: Flaw) -> Bool { !flaws.isEmpty && flaws.contains(flaw) }
}
