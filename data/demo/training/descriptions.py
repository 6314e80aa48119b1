"""What the cards say of each model besides numbers. Neurons: towers as `openModel` names them, layers × heads × dimensions."""

import train_meter
import train_text


def tower(name, attention, layers):
    return {"tower": name, "attention": attention, "layers": layers, "heads": 4, "dimensions": 16}


CONTRAST = (
    "Objective: each picture's caption among those of the batch and one nearly true caption for every picture that has some; "
    "each caption's picture among those of the batch."
)

DESCRIPTIONS = {
    "small-vit": {
        "title": "Small ViT",
        "what": "A vision transformer for pictures of 64 × 64 pixels, trained on labels.",
        "towers": [tower("vision", "self", 6)],
        "warmStart": "none.",
        "objective": "Objective: which pictogram covers each of 16 patches, and which are in the picture at all.",
    },
    "small-text": {
        "title": "Small text model",
        "what": "A text encoder with RoBERTa's layers that never saw a picture.",
        "towers": [tower("text", "self", 6)],
        "warmStart": "none.",
        "objective": f"Objective: masked words ({train_text.MASK_SHARE:.0%}) of captions.",
    },
    "small-clip": {
        "title": "Small CLIP",
        "what": "A vision and a text tower, in files of their own, that put pictures and captions into one space.",
        "towers": [tower("vision (vision.onnx)", "self", 6), tower("text (text.onnx)", "self, causal", 6)],
        "warmStart": (
            "the vision tower is small ViT's, so that what it knows of pictograms does not come from captions alone; "
            "the text tower starts from random weights."
        ),
        "objective": CONTRAST,
    },
    "small-clip-cold": {
        "title": "Small CLIP's vision tower without labels",
        "what": "The control of small CLIP: trained in the same way, but without small ViT's labels to start from. Vision tower alone.",
        "towers": [tower("vision (vision.onnx)", "self", 6)],
        "warmStart": "none.",
        "objective": CONTRAST,
    },
    "small-meter": {
        "title": "Small METER",
        "what": (
            "METER's architecture from the definition in `data/export/meter.py`, of width 64, with three convolutions "
            "in place of the one that makes patches."
        ),
        "towers": [
            tower("vision", "self", 6),
            tower("text", "self", 6),
            tower("fusion-text", "self", 4),
            tower("fusion-text", "cross to fusion-vision", 4),
            tower("fusion-vision", "self", 4),
            tower("fusion-vision", "cross to fusion-text", 4),
        ],
        "warmStart": (
            "vision tower of small CLIP (and so of small ViT), text tower and word head of the small text model; both towers "
            f"stay as they are for the first {train_meter.FROZEN_SHARE:.0%} of the steps. Fusion starts from random weights."
        ),
        "objective": (
            f"Objective: masked words ({train_meter.MASK_SHARE:.0%}) with the picture in view; whether a caption fits its picture, against nearly true "
            "captions and likely ones of other scenes; which words of a nearly true caption do not fit."
        ),
    },
}
