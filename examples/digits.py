"""Trains a small CNN on scikit-learn's handwritten digits: an ordinary PyTorch program.

python digits.py [--epochs 15] [--workers 2] [--losses FILE] [--checkpoint FILE]
"""

import argparse
import json

import torch
from sklearn.datasets import load_digits
from torch import nn
from torch.optim.lr_scheduler import CosineAnnealingLR, LinearLR, SequentialLR
from torch.utils.data import DataLoader, Dataset, random_split


class Digits(Dataset):
    """1,797 images of 8 x 8 pixels as float [1, 8, 8] in 0..1, and their labels."""

    def __init__(self):
        data = load_digits()
        self.images = torch.tensor(data.images, dtype=torch.float32).unsqueeze(1) / 16
        self.labels = torch.from_numpy(data.target).long()

    def __len__(self):
        return len(self.labels)

    def __getitem__(self, index):
        return self.images[index], self.labels[index]


class Net(nn.Module):
    def __init__(self, classes=10):
        super().__init__()
        self.features = nn.Sequential(
            nn.Conv2d(1, 8, 3, padding=1), nn.BatchNorm2d(8), nn.ReLU(),
            nn.Conv2d(8, 16, 3, padding=1), nn.BatchNorm2d(16), nn.ReLU(), nn.MaxPool2d(2),
        )  # fmt: skip
        self.head = nn.Sequential(
            nn.Flatten(), nn.Dropout(0.25), nn.Linear(16 * 4 * 4, 64), nn.ReLU(), nn.Linear(64, classes)
        )

    def forward(self, x):
        return self.head(self.features(x))


def accuracy(model, loader):
    model.eval()
    right = total = 0
    with torch.no_grad():
        for images, labels in loader:
            right += (model(images).argmax(dim=1) == labels).sum().item()
            total += len(labels)
    return right / total


def train(options):
    torch.manual_seed(options.seed)
    data = Digits()
    train_set, test_set = random_split(data, [0.8, 0.2])
    loader = DataLoader(train_set, batch_size=64, shuffle=True, num_workers=options.workers)
    test_loader = DataLoader(test_set, batch_size=256, num_workers=options.workers)

    model, loss_function = Net(), nn.CrossEntropyLoss()
    optimizer = torch.optim.SGD(model.parameters(), lr=options.lr, momentum=0.5, nesterov=True, weight_decay=1e-4)
    warm_up = options.epochs // 3
    scheduler = SequentialLR(
        optimizer,
        [LinearLR(optimizer, 0.01, 0.05, warm_up), CosineAnnealingLR(optimizer, options.epochs - warm_up)],
        milestones=[warm_up],
    )
    losses = []
    for epoch in range(options.epochs):
        model.train()
        for images, labels in loader:
            optimizer.zero_grad()
            loss = loss_function(model(images), labels)
            loss.backward()
            optimizer.step()
            losses.append(loss.item())
        scheduler.step()
        print(f"epoch {epoch + 1:2d}  loss {losses[-1]:.4f}  lr {scheduler.get_last_lr()[0]:.2e}")
    return model, losses, accuracy(model, test_loader), test_set


def check_checkpoint(model, test_set, path):
    """Saves the model, loads it into a fresh one, and compares what the two say of the test images."""
    torch.save({"model": model.state_dict(), "note": "digits"}, path)
    restored = Net()
    restored.load_state_dict(torch.load(path)["model"])
    model.eval(), restored.eval()
    images = torch.stack([test_set[i][0] for i in range(32)])
    with torch.no_grad():
        assert torch.equal(model(images), restored(images)), "the checkpoint gives other outputs"


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--epochs", type=int, default=15)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--lr", type=float, default=0.02)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--losses", help="write the loss of each step here, as JSON")
    parser.add_argument("--checkpoint", default="digits.pt")
    options = parser.parse_args()
    model, losses, test_accuracy, test_set = train(options)
    check_checkpoint(model, test_set, options.checkpoint)
    if options.losses:
        with open(options.losses, "w") as file:
            json.dump(losses, file)
    print(f"torch {torch.__version__}: {len(losses)} steps, test accuracy {test_accuracy:.4f}")


if __name__ == "__main__":
    main()
